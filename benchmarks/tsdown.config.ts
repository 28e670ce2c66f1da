import { library } from '@switchyard/tooling/tsdown';

export default library(['src/main.ts'], { platform: 'node', dts: false });
