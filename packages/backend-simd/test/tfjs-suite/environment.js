// What tfjs's specs need before they are defined: jasmine's globals, all of tfjs-core, and the backend they run on.
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
import { boot } from 'jasmine-core';
import '../../src/index.ts';

globalThis.jasmine = boot();
setTestEnvs([{ name: 'simd', backendName: 'simd', isDataSync: true }]);
