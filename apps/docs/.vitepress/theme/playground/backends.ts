/** The backends that this browser has. */
export function availableBackends(): string[] {
  const webgl = typeof OffscreenCanvas !== 'undefined' && new OffscreenCanvas(1, 1).getContext('webgl2') !== null;
  const webgpu = 'gpu' in navigator;
  return ['auto', 'simd', ...(webgpu ? ['webgpu'] : []), ...(webgl ? ['webgl'] : []), 'cpu'];
}
