import type { MarkdownOptions } from 'vitepress';

type MarkdownRenderer = Parameters<NonNullable<MarkdownOptions['config']>>[0];

const meanings = {
  p: 'stated by the paper',
  c: "read in the authors' code",
  s: 'second-hand',
  r: 'our reconstruction',
} as const;

/** Shows the provenance marks (p), (c), (s), (r), also where sources follow as in (p, G25), as small labels that explain themselves. */
export function provenanceMarks(markdown: MarkdownRenderer): void {
  const plain = markdown.renderer.rules.text!;
  markdown.renderer.rules.text = (...parameters) =>
    plain(...parameters).replace(/(?<!\w)\(([pcsr])(, [GL]2\d)?\)/g, (_, mark: keyof typeof meanings, source = '') => {
      return `<abbr class="mark ${mark}" title="${meanings[mark]}">${mark}${source}</abbr>`;
    });
}
