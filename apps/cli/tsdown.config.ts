import { library } from '@switchyard/tooling/tsdown';

export default library(['src/main.ts', 'src/commands.ts', 'src/compare/worker.ts'], { platform: 'node', dts: false });
