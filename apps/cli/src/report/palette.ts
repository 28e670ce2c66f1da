/**
 * A colour for every compared model, in light and dark: hue tells the architecture (greens and greys without attention,
 * blues the transformers, warm colours the cisformers), so that families read at a glance; names stand beside the lines.
 */
export const palette: Readonly<Record<string, { readonly light: string; readonly dark: string }>> = {
  mlp: { light: '#64748b', dark: '#94a3b8' },
  lstm: { light: '#15803d', dark: '#4ade80' },
  'transformer-dpa': { light: '#1d4ed8', dark: '#60a5fa' },
  'transformer-ea': { light: '#0891b2', dark: '#22d3ee' },
  'transformer-cog': { light: '#7c3aed', dark: '#a78bfa' },
  'cisformer-dpa': { light: '#ea580c', dark: '#fb923c' },
  'cisformer-ea': { light: '#be123c', dark: '#fb7185' },
};

/** The CSS variable that holds a model's colour in the current scheme. */
export const colorVariable = (name: string) => `var(--${name})`;
