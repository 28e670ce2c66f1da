// Writes the picture of the architecture; test/architecture.test.ts fails while it differs from the package.json files.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawArchitecture } from './draw-architecture.js';
import { docsFolder } from './workspaces.js';

writeFileSync(join(docsFolder, 'public', 'architecture.svg'), drawArchitecture());
