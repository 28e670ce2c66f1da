import { library } from '@switchyard/tooling/tsdown';

export default library(['src/index.ts', 'src/node.ts'], { platform: 'node' });
