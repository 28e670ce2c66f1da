/** A claim of a paper that a study may test. */
export interface PaperClaim {
  readonly paper: string;
  readonly text: string;
}

const papers = {
  G25: 'C. Gros, Small transformer architectures for task switching, arXiv 2508.04461',
  G24: 'C. Gros, Reorganizing attention-space geometry with expressive attention, arXiv 2407.18601',
  L24: 'A. Lv et al., More expressive attention with negative weights, arXiv 2411.07176',
} as const;

/** The claims by number, as in PAPERS.md: all of them are stated by their papers (p). */
export const paperClaims: Readonly<Record<number, PaperClaim>> = {
  1: { paper: papers.G25, text: 'The standard transformer does not solve IARC.' },
  2: { paper: papers.G25, text: 'Transformer, LSTM and MLP reach similar, only modest accuracies.' },
  3: { paper: papers.G25, text: 'The cisformer with expressive attention is the only model to reach about 95 %.' },
  4: {
    paper: papers.G24,
    text: 'Expressive attention performs at least as well as dot-product attention on every rung.',
  },
  5: { paper: papers.G24, text: 'The margin of expressive attention grows with complexity, also multi-task.' },
  6: {
    paper: papers.G24,
    text: 'For a given model size expressive attention reaches 100 % on rungs that dot-product attention does not.',
  },
  7: { paper: papers.L24, text: 'One Cog head can delete, copy and keep tokens at once by the sign of its weights.' },
  8: {
    paper: papers.L24,
    text: 'Cog attention suffers less representational collapse: sequences of different lengths stay apart.',
  },
  9: { paper: papers.L24, text: 'Language and diffusion models with Cog do at least as well as with softmax.' },
};

/** What of a paper's setting is not published, so that a study of its claims rests on our reading of it. */
export const reconstructions: Readonly<Record<string, string>> = {
  [papers.G25]:
    'IARC beyond the increment, its switching, and which weights of the cisformer depend on the position are our reconstruction (r): no public code exists.',
  [papers.G24]: 'The ladder of delayed sums is reconstructed from its description (r).',
};
