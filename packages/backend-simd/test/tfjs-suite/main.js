// Bundled and run by ../tfjs-suite.test.ts; writes what happened to the file that its argument names.
import { writeFileSync } from 'node:fs';
import './environment.js';
import '@tensorflow/tfjs-core/dist/tests';
import { simdInfo } from '../../src/index.ts';

const counts = { passed: 0, failed: 0, pending: 0, excluded: 0 };
const failures = [];
const note = ({ fullName, failedExpectations }) => {
  const messages = failedExpectations.map(({ message }) => message);
  if (messages.length > 0) failures.push({ spec: fullName, messages });
};

const env = globalThis.jasmine.getEnv();
env.configure({ random: false });
env.addReporter({
  specDone: (result) => {
    counts[result.status]++;
    note(result);
  },
  suiteDone: note, // what fails outside of specs
  jasmineDone: (result) => {
    note({ ...result, fullName: 'the run' });
    const report = {
      status: result.overallStatus,
      build: simdInfo()?.build,
      threads: simdInfo()?.threads,
      ...counts,
      failures,
    };
    writeFileSync(process.argv[2], `${JSON.stringify(report, undefined, 2)}\n`);
  },
});
env.execute();
