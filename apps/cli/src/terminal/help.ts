import { type ConfigKey, configFlag, type Preset, presetSummary } from '@switchyard/experiments/config';
import type { Style } from './style.ts';

const width = 80;

/** Words in lines of at most so many columns. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Names beside their descriptions, in two columns; a long name has its description below. */
export function definitions(entries: readonly (readonly [name: string, description: string])[], style: Style): string {
  const left = Math.min(30, Math.max(...entries.map(([name]) => name.length)) + 2);
  return entries
    .map(([name, description]) => {
      const lines = wrap(description, width - left - 2);
      const head =
        name.length + 2 > left
          ? `  ${style.cyan(name)}\n${' '.repeat(left + 2)}`
          : `  ${style.cyan(name)}${' '.repeat(left - name.length)}`;
      return head + lines.join(`\n${' '.repeat(left + 2)}`);
    })
    .join('\n');
}

/** A flag with what follows it: `--steps <integer>`; a boolean that is false by default stands alone. */
function flagForm({ path, type, choices, default: fallback }: ConfigKey): string {
  if (type === 'boolean') return fallback === 'true' ? `--${path} <true|false>` : `--${path}`;
  const names: Partial<Record<ConfigKey['type'], string>> = { string: 'text', value: 'text' };
  return `--${path} <${choices.length > 0 ? 'name' : (names[type] ?? type)}>`;
}

function describeKey(key: ConfigKey): string {
  const notes = [
    key.choices.length > 1 ? key.choices.join(' | ') : '',
    key.kinds.length > 0 ? `for ${key.kinds.join(', ')}` : '',
    key.default === '' ? '' : `default ${key.default}`,
  ].filter((note) => note !== '');
  return `${key.description}${notes.length > 0 ? ` [${notes.join('; ')}]` : ''}`.trim();
}

export interface CommandHelp {
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly string[];
  readonly keys: readonly ConfigKey[];
  readonly presets?: Readonly<Record<string, Preset>>;
  readonly examples: readonly string[];
}

/** The help of one command, generated from its schema: each key is a flag and a key of the configuration file. */
export function commandHelp(command: CommandHelp, style: Style): string {
  const places = command.positionals.map((name) => ` <${name}>`).join('');
  const flags = [...command.keys, configFlag].map((key): [string, string] => [flagForm(key), describeKey(key)]);
  const presets = Object.entries(command.presets ?? {}).map(([name, preset]) => [name, presetSummary(preset)] as const);
  return [
    ...wrap(command.summary, width),
    '',
    `${style.bold('Usage')}  switchyard ${command.name}${places} [--config <file.yaml>] [--key value …]`,
    '',
    style.bold('Keys, as flags or in the file'),
    definitions(flags, style),
    '',
    ...(presets.length > 0 ? [style.bold('Presets'), definitions(presets, style), ''] : []),
    style.bold('Examples'),
    ...command.examples.map((example) => `  switchyard ${example}`),
    '',
  ].join('\n');
}
