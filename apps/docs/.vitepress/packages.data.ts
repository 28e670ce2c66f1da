import { readWorkspaces } from '../scripts/workspaces.js';

declare const data: { id: string; name: string; description: string }[];

export { data };

/** The packages as their package.json files describe them, read when the site is built. */
export default {
  load: () => readWorkspaces(['cli']).map(({ id, name, description }) => ({ id, name, description })),
};
