import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** A Chromium of this machine, or undefined. */
export const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/**
 * Starts it without a window, and without what it does on its own account.
 *
 * @param graphics `software`: WebGL and WebGPU run on the processor (SwiftShader), slowly
 */
export function launchChromium({ graphics = 'none' }: { graphics?: 'none' | 'software' } = {}): Promise<Browser> {
  const software = ['--ignore-gpu-blocklist', '--enable-unsafe-swiftshader', '--enable-unsafe-webgpu'];
  return chromium.launch({
    executablePath: chromiumPath!,
    args: [
      ...(graphics === 'none'
        ? ['--disable-gpu']
        : [...software, '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']),
      ...['--no-sandbox', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}
