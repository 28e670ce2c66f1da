// A participant that measures nothing, for the tests of the protocol: `node fake-participant.js BEHAVIOUR`.
import { createInterface } from 'node:readline';

const behaviour = process.argv[2];
const say = (reply) => process.stdout.write(`${typeof reply === 'string' ? reply : JSON.stringify(reply)}\n`);

if (behaviour === 'unavailable') say({ type: 'unavailable', reason: 'no library here' });
if (behaviour === 'dies at once') {
  console.error('some warning\nthe library is broken');
  process.exit(3);
}
if (behaviour === 'silent') setInterval(() => {}, 1000);
else say({ type: 'hello', library: 'fake 1.0', threads: 2 });

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.type === 'exit') process.exit();
  if (request.type === 'prepare') {
    if (behaviour === 'fails') say({ type: 'failed', reason: 'out of memory' });
    else say({ type: 'ready', parameters: 12, ms: 3 });
  } else if (behaviour === 'dies') process.kill(process.pid, 'SIGKILL');
  else if (behaviour === 'talks') say('Hello, I am a library.');
  else if (behaviour === 'confused') say({ type: 'ready', parameters: 12, ms: 3 });
  else if (behaviour === 'impossible') say({ type: 'measured', steps: 0, ms: -1 });
  else if (behaviour !== 'hangs') say({ type: 'measured', steps: 100, ms: request.seconds * 10 });
}
