import { library } from '@switchyard/tooling/tsdown';

export default library(['src/main.ts', 'src/peers/tfjs-peer.ts'], { platform: 'node', dts: false });
