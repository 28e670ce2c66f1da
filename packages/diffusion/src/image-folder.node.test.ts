import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { folderClasses, imageFolder } from './image-folder.node.ts';

function folder(files: Readonly<Record<string, Uint8Array | string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'switchyard-images-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

/** A PNG of one colour. */
function plain(width: number, height: number, colour: readonly number[]): Uint8Array {
  const data = Uint8Array.from({ length: width * height * colour.length }, (_, i) => colour[i % colour.length]!);
  return encode({ width, height, data, channels: colour.length, depth: 8 });
}

test('classes are subfolders; images of any form become squares of one size, grey or in colours', async () => {
  const jpeg = await sharp({ create: { width: 9, height: 5, channels: 3, background: 'white' } })
    .jpeg()
    .toBuffer();
  const path = folder({
    'dark/a.png': plain(4, 4, [10]),
    'dark/b.PNG': plain(30, 6, [10, 10, 10]),
    'bright/c.jpeg': jpeg,
    'bright/clear.png': plain(3, 3, [0, 0, 0, 0]),
    'bright/notes.txt': 'no image',
    '.hidden/d.png': plain(4, 4, [0]),
    'empty/readme.md': '',
  });
  const grey = await imageFolder(path, { size: 4, channels: 1 });
  expect(grey.classes).toEqual(['bright', 'dark']);
  expect([...grey.labels]).toEqual([0, 0, 1, 1]);
  expect(grey.pixels).toHaveLength(4 * 16);
  expect([...grey.pixels.subarray(0, 32)]).toEqual(Array(32).fill(255)); // transparent is white
  expect([...grey.pixels.subarray(32)]).toEqual(Array(32).fill(10));

  const colours = await imageFolder(folder({ 'a/1.png': plain(2, 2, [1, 2, 3]), 'b/1.png': plain(2, 2, [9]) }), {
    size: 2,
    channels: 3,
  });
  expect([...colours.pixels.subarray(0, 6)]).toEqual([1, 2, 3, 1, 2, 3]);
  expect([...colours.pixels.subarray(12, 18)]).toEqual([9, 9, 9, 9, 9, 9]);
});

test('a damaged image is named', async () => {
  const whole = plain(20, 20, [7]);
  for (const damaged of [whole.subarray(0, whole.length - 20), 'no image at all', '']) {
    const path = folder({ 'a/fine.png': whole, 'b/broken.png': damaged });
    await expect(imageFolder(path, { size: 8, channels: 1 })).rejects.toThrow(
      expect.objectContaining({
        code: 'SWITCHYARD_IMAGES_DAMAGED',
        message: expect.stringMatching(
          /^image .*b\/broken\.png cannot be read \(.+\): repair it or take it out of the folder$/,
        ),
      }),
    );
  }
});

test.each([
  [{}, /holds no subfolder with PNG or JPEG images: put the images of each class into a subfolder/],
  [{ 'a.png': plain(2, 2, [1]) }, /holds no subfolder with PNG or JPEG images/],
  [{ 'only/a.png': plain(2, 2, [1]) }, /holds one class, only: put the images/],
])('a folder without classes is refused', (files, message) => {
  expect(() => folderClasses(folder(files))).toThrow(
    expect.objectContaining({ code: 'SWITCHYARD_IMAGES_EMPTY', message: expect.stringMatching(message) }),
  );
});

test('a folder that is not there is named', () => {
  expect(() => folderClasses('/nowhere/images')).toThrow(
    'cannot read the folder /nowhere/images: choose one with images',
  );
});
