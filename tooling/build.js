// node tooling/build.js PACKAGE: builds a workspace package and what it needs. Quiet, unless it takes a while or fails:
// what runs next owns the terminal.
import { spawn } from 'node:child_process';

const [name] = process.argv.slice(2);
const turbo = spawn('turbo', ['run', 'build', `--filter=${name}`, '--output-logs=errors-only', '--ui=stream'], {
  stdio: ['ignore', 'pipe', 'pipe'],
});
const output = [];
for (const stream of [turbo.stdout, turbo.stderr]) stream.on('data', (chunk) => output.push(chunk));
const notice = setTimeout(() => process.stderr.write(`Building ${name} and what it needs, once …\n`), 1500);
turbo.on('error', (error) => output.push(`${error.message}: run it through pnpm, as in "npx pnpm@12 start"\n`));
turbo.on('close', (code) => {
  clearTimeout(notice);
  if (code === 0) return;
  for (const chunk of output) process.stderr.write(chunk);
  process.exitCode = 1;
});
