// Writes the reference of the command line and of run configurations into reference/ (git-ignored), after reference.js.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '@switchyard/cli/commands';
import { runKeys, runSchema } from '@switchyard/experiments/run';
import { cliPage, configPage, loadCommands } from './cli-reference.js';
import { docsFolder } from './workspaces.js';

const target = join(docsFolder, 'reference');
writeFileSync(join(target, 'cli.md'), cliPage(await loadCommands(commands)));
writeFileSync(join(target, 'config.md'), configPage(runKeys(runSchema)));
process.exit(); // the tensor library keeps threads
