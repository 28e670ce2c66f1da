import { existsSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { readStudies } from '../scripts/studies.js';
import { readWorkspaces, sourceUrl } from '../scripts/workspaces.js';
import { provenanceMarks } from './provenance-marks.ts';

const sourceCondition = '@switchyard/source';

/** The sidebar TypeDoc wrote beside its pages (scripts/reference.js). */
function referenceSidebar(): DefaultTheme.SidebarItem[] {
  const file = fileURLToPath(new URL('../reference/typedoc-sidebar.json', import.meta.url));
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

/** Drawn here, because VitePress would fetch its icon from a server while developing. */
const gitHubMark =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="currentColor"><path d="M8 .2a8 8 0 0 0-2.53 15.59c.4.07.55-.17.55-.38v-1.49c-2.23.48-2.7-.95-2.7-.95-.36-.92-.89-1.17-.89-1.17-.73-.5.05-.49.05-.49.8.06 1.23.83 1.23.83.71 1.23 1.87.87 2.33.67.07-.52.28-.87.5-1.07-1.77-.2-3.64-.89-3.64-3.95 0-.88.31-1.59.83-2.15-.09-.2-.36-1.02.07-2.12 0 0 .68-.21 2.2.82a7.6 7.6 0 0 1 4 0c1.53-1.03 2.2-.82 2.2-.82.44 1.1.17 1.92.09 2.12.51.56.82 1.27.82 2.15 0 3.07-1.87 3.75-3.65 3.95.29.25.54.73.54 1.48v2.2c0 .21.14.46.55.38A8 8 0 0 0 8 .2"/></svg>';

const guide: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start',
    items: [
      { text: 'Quickstart', link: '/quickstart' },
      { text: 'Playground', link: '/playground' },
      { text: 'Architecture', link: '/guide/architecture' },
      { text: 'One package at a time', link: '/guide/one-package' },
      { text: 'Extending', link: '/guide/extending' },
      { text: 'Published or reconstructed', link: '/guide/provenance' },
    ],
  },
  {
    text: 'The science',
    items: [
      { text: 'IARC, the task', link: '/guide/task' },
      { text: 'Attention mechanisms', link: '/guide/attention' },
      { text: 'Models', link: '/guide/models' },
      { text: 'Language', link: '/guide/language' },
      { text: 'Diffusion', link: '/guide/diffusion' },
      { text: 'Reproducing the papers', link: '/guide/reproducing' },
    ],
  },
  {
    text: 'The laboratory',
    items: [
      { text: 'Training and the run directory', link: '/guide/training' },
      { text: 'The playground', link: '/guide/playground' },
      { text: 'The command line', link: '/guide/cli' },
      { text: 'Studies', link: '/guide/studies' },
      { text: 'Backends', link: '/guide/backends' },
      { text: 'Performance', link: '/guide/performance' },
    ],
  },
  {
    text: 'Results',
    items: [
      { text: 'Overview', link: '/studies/' },
      ...readStudies().map(({ name }) => ({ text: name, link: `/studies/${name}` })),
    ],
  },
  {
    text: 'Packages',
    items: readWorkspaces(['cli']).map(({ id, name }) => ({ text: name, link: `/packages/${id}` })),
  },
];

/** Headers that make a page cross-origin isolated, so that threads can share memory; public/_headers ships them. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

function isolate(_: unknown, response: ServerResponse, next: () => void): void {
  for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
  next();
}

export default defineConfig({
  lang: 'en',
  title: 'Switchyard',
  description:
    'A laboratory for small sequence models under task switching, in TypeScript, in Node and in the browser.',
  cleanUrls: true,
  ignoreDeadLinks: false,
  srcExclude: ['node_modules/**', 'README.md'],
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: '/logo.svg' }],
    ['meta', { name: 'theme-color', content: '#bf3f0f' }],
  ],
  markdown: {
    math: true,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: provenanceMarks,
  },
  vite: {
    // The pages run the packages themselves, from their TypeScript sources.
    resolve: { conditions: [sourceCondition] },
    ssr: { resolve: { conditions: [sourceCondition] }, noExternal: [/^@switchyard\//] },
    build: { chunkSizeWarningLimit: 2500 },
    worker: { format: 'es' },
    // Not server.headers: VitePress answers with the pages of its development server without them.
    plugins: [{ name: 'isolated-pages', configureServer: ({ middlewares }) => void middlewares.use(isolate) }],
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Quickstart', link: '/quickstart' },
      { text: 'Guide', link: '/guide/task', activeMatch: '^/guide/' },
      { text: 'Playground', link: '/playground' },
      { text: 'Results', link: '/studies/', activeMatch: '^/studies/' },
      { text: 'Packages', link: '/packages/tasks', activeMatch: '^/packages/' },
      { text: 'Reference', link: '/reference/', activeMatch: '^/reference/' },
    ],
    sidebar: {
      '/': guide,
      '/reference/': [
        {
          text: 'Command line',
          items: [
            { text: 'Commands', link: '/reference/cli' },
            { text: 'Configuration', link: '/reference/config' },
          ],
        },
        { text: 'Packages', items: referenceSidebar() },
      ],
    },
    outline: { level: [2, 3] },
    search: { provider: 'local', options: { detailedView: true } },
    socialLinks: [{ icon: { svg: gitHubMark }, ariaLabel: 'Source code', link: sourceUrl.replace('/blob/main', '') }],
    footer: { message: 'Apache-2.0. Marks (p) (c) (s) (r) say where a definition comes from.' },
  },
});
