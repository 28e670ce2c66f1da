import { readFileSync } from 'node:fs';
import { schemaKeys, suggestion } from '@switchyard/experiments/config';
import { commands } from './commands.ts';
import { resolve } from './config/resolve.ts';
import { errorCode, exitCodes, InterruptedError, isHouseError, isUsageError, UsageError } from './errors.ts';
import { commandHelp, definitions } from './terminal/help.ts';
import { styleFor } from './terminal/style.ts';

function help(): string {
  const style = styleFor(process.stdout);
  const entries = Object.entries(commands).map(([name, { summary }]): [string, string] => [name, summary]);
  return [
    'A laboratory for small sequence models under task switching.',
    '',
    `${style.bold('Usage')}  switchyard <command> [--config <file.yaml>] [--key value …]`,
    '',
    style.bold('Commands'),
    definitions(entries, style),
    '',
    'switchyard <command> --help lists the keys of a command.',
    '',
  ].join('\n');
}

function version(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return `${manifest.version}\n`;
}

async function runCommand(name: string, argv: readonly string[]): Promise<void> {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) {
    const names = Object.keys(commands);
    throw new UsageError(
      `unknown command ${name}${suggestion(name, names) || ':'} The commands are ${names.join(', ')}`,
    );
  }
  const { command } = await entry.load();
  const keys = command.keys ?? schemaKeys(command.schema);
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(commandHelp({ ...command, name, keys }, styleFor(process.stdout)));
    return;
  }
  const { options, name: keyName } = await resolve(command.schema, command.positionals, argv, keys, command.presets);
  await command.run(options, keyName);
}

/** Says what went wrong, in one line unless it is a defect, and returns the exit code. */
function report(error: unknown): number {
  if (errorCode(error) === 'EPIPE') return exitCodes.done; // the reader of our output has seen enough
  if (error instanceof InterruptedError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.interrupted;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const expected = isHouseError(error) || (error instanceof Error && 'syscall' in error);
  const text = expected ? message : (stack ?? message);
  process.stderr.write(`${styleFor(process.stderr).red('switchyard:')} ${text}\n`);
  return isUsageError(error) ? exitCodes.usage : exitCodes.failed;
}

async function main(argv: readonly string[]): Promise<void> {
  const [name, ...rest] = argv;
  if (name === undefined)
    throw new UsageError(`which command? One of ${Object.keys(commands).join(', ')} (--help says more)`);
  if (name === '--help' || name === '-h' || name === 'help') process.stdout.write(help());
  else if (name === '--version') process.stdout.write(version());
  else await runCommand(name, rest);
}

process.stdout.on('error', (error) => process.exit(report(error)));
process.stderr.on('error', () => {}); // nobody reads how it goes any more: a run goes on
try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = report(error);
}
