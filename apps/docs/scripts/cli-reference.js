import { configFlag, schemaKeys } from '@switchyard/experiments/config';

// Markdown of the command line, from the schemas that the commands are checked against.

const code = (text) => `\`${text}\``;
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** What a key takes: its choices, or its type. */
function valuesOf({ type, choices }) {
  if (choices.length > 1) return choices.map(code).join(', ');
  return { boolean: 'true or false', integer: 'whole number', string: 'text', value: 'text' }[type] ?? type;
}

function keyRow(key, prefix) {
  const kinds = key.kinds.length > 0 ? `${key.description ? '; ' : ''}for ${key.kinds.join(', ')}` : '';
  const fallback = key.default === '' ? '' : code(key.default);
  return `| ${code(`${prefix}${key.path}`)} | ${cell(valuesOf(key))} | ${fallback} | ${cell(key.description + kinds)} |`;
}

function keyTable(keys, prefix = '') {
  const head = `| ${prefix === '' ? 'key' : 'flag'} | takes | default | meaning |\n| --- | --- | --- | --- |`;
  return [head, ...keys.map((key) => keyRow(key, prefix))].join('\n');
}

/** @param commands the registry of @switchyard/cli/commands */
export async function loadCommands(commands) {
  return Promise.all(
    Object.entries(commands).map(async ([name, { load }]) => {
      const { command } = await load();
      return { ...command, name, keys: command.keys ?? schemaKeys(command.schema) };
    }),
  );
}

/** The page of all commands. */
export function cliPage(commands) {
  const sections = commands.map(({ name, summary, positionals, keys, examples }) =>
    [
      `## ${name}`,
      summary,
      `\`\`\`text\nswitchyard ${[name, ...positionals.map((place) => `<${place}>`)].join(' ')} [--config <file.yaml>] [--key value …]\n\`\`\``,
      keyTable([...keys, configFlag], '--'),
      `\`\`\`sh\n${examples.map((example) => `switchyard ${example}`).join('\n')}\n\`\`\``,
    ].join('\n\n'),
  );
  const introduction = `Every command with every key, from the schemas that check them. A flag is a key of the configuration file and the other way
round; [The command line](/guide/cli) says how they go together, [Configuration](/reference/config) lists the keys of a run by section.`;
  return ['---\ntitle: Command line\noutline: 2\n---', '# Command line', introduction, ...sections, ''].join('\n\n');
}

const sections = {
  '': 'The run',
  task: 'Task',
  model: 'Model',
  optimizer: 'Optimizer',
  schedule: 'Schedule of the learning rate',
  log: 'Logging',
  evaluation: 'Evaluation',
  checkpoint: 'Checkpoints',
};

/** The page of the keys of a run, section by section. @param keys those of `runSchema` */
export function configPage(keys) {
  const bySection = new Map();
  for (const key of keys) bySection.set(sectionOf(key), [...(bySection.get(sectionOf(key)) ?? []), key]);
  const parts = [...bySection].map(
    ([section, members]) => `## ${sections[section] ?? section}\n\n${keyTable(members)}`,
  );
  const introduction = `Everything that decides a run: the keys of \`config.yaml\`, of \`--config\` files and of the \`base\` of a study, and the flags
of \`switchyard train\`. The table is made from the schema. An unknown key is an error.`;
  return ['---\ntitle: Configuration\noutline: 2\n---', '# Configuration of a run', introduction, ...parts, ''].join(
    '\n\n',
  );
}

const sectionOf = ({ path }) => (path.includes('.') ? path.split('.')[0] : '');
