import { drawArchitecture } from '../scripts/draw-architecture.js';
import { readWorkspaces } from '../scripts/workspaces.js';

declare const data: { packages: { id: string; name: string; description: string }[]; architecture: string };

export { data };

/** What the package.json files say, read when the site is built: the packages, and the picture of what they need. */
export default {
  load: () => ({
    packages: readWorkspaces(['cli']).map(({ id, name, description }) => ({ id, name, description })),
    architecture: drawArchitecture(),
  }),
};
