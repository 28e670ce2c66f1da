#!/usr/bin/env node
await import('../dist/main.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('dist/main.js')) throw error;
  console.error('switchyard is not built yet: run `npx pnpm@12 build` in the repository root.');
  process.exitCode = 1;
});
