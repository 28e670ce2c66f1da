/** Attention mechanisms: dot-product (softmax), expressive, Cog (signed). */
export type Mechanism = 'dpa' | 'ea' | 'cog';
