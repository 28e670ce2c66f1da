import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { readWorkspaces, sourceUrl } from '../scripts/workspaces.js';
import { provenanceMarks } from './provenance-marks.ts';

const sourceCondition = '@switchyard/source';

/** The sidebar TypeDoc wrote beside its pages (scripts/reference.js). */
function referenceSidebar(): DefaultTheme.SidebarItem[] {
  const file = fileURLToPath(new URL('../reference/typedoc-sidebar.json', import.meta.url));
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

const guide: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start',
    items: [
      { text: 'Quickstart', link: '/quickstart' },
      { text: 'Architecture', link: '/guide/architecture' },
      { text: 'Published or reconstructed', link: '/guide/provenance' },
    ],
  },
  {
    text: 'The science',
    items: [
      { text: 'IARC, the task', link: '/guide/task' },
      { text: 'Attention mechanisms', link: '/guide/attention' },
      { text: 'Models', link: '/guide/models' },
    ],
  },
  {
    text: 'The laboratory',
    items: [
      { text: 'Training and the run directory', link: '/guide/training' },
      { text: 'The command line', link: '/guide/cli' },
      { text: 'Backends', link: '/guide/backends' },
    ],
  },
  {
    text: 'Packages',
    items: readWorkspaces(['cli']).map(({ id, name }) => ({ text: name, link: `/packages/${id}` })),
  },
];

export default defineConfig({
  lang: 'en',
  title: 'Switchyard',
  description:
    'A laboratory for small sequence models under task switching, in TypeScript, in Node and in the browser.',
  cleanUrls: true,
  ignoreDeadLinks: false,
  srcExclude: ['node_modules/**'],
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: '/logo.svg' }],
    ['meta', { name: 'theme-color', content: '#bf3f0f' }],
  ],
  markdown: { math: true, theme: { light: 'github-light', dark: 'github-dark' }, config: provenanceMarks },
  vite: {
    // The pages run the packages themselves, from their TypeScript sources.
    resolve: { conditions: [sourceCondition] },
    ssr: { resolve: { conditions: [sourceCondition] }, noExternal: [/^@switchyard\//] },
    build: { chunkSizeWarningLimit: 1500 },
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Quickstart', link: '/quickstart' },
      { text: 'Guide', link: '/guide/task', activeMatch: '^/guide/' },
      { text: 'Packages', link: '/packages/tasks', activeMatch: '^/packages/' },
      { text: 'Reference', link: '/reference/', activeMatch: '^/reference/' },
    ],
    sidebar: { '/': guide, '/reference/': [{ text: 'Reference', items: referenceSidebar() }] },
    outline: { level: [2, 3] },
    search: { provider: 'local', options: { detailedView: true } },
    socialLinks: [{ icon: 'github', link: sourceUrl.replace('/blob/main', '') }],
    footer: { message: 'Apache-2.0. Marks (p) (c) (s) (r) say where a definition comes from.' },
  },
});
