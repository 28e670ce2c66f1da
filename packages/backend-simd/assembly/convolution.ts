// Convolutions over images [batch, height, width, channels] as products of patches: the pixels under the filter lie in one row of a matrix
// [pixels of the result, window of the filter], a few rows of the result at a time, in memory that every thread has for itself.
import { inParallel, jobArguments, thread } from './parallel';
import { product, START_BIAS, START_C, START_ZERO } from './product';

@unmanaged
class Convolution {
  /** Sizes of the images and of the filter, and how it moves. */
  height: i32; width: i32; channels: i32; filterHeight: i32; filterWidth: i32; filters: i32; outHeight: i32; outWidth: i32;
  strideY: i32; strideX: i32; dilationY: i32; dilationX: i32; top: i32; left: i32;
}

@unmanaged
class Job {
  x: usize; filter: usize; bias: usize; y: usize; relu: i32;
  /** Patches of one thread, and the rows of the result that they are made for at a time. */
  room: usize; roomBytes: usize; group: i32;
  /** Rows of the result in all, and of a chunk; for the gradient of the input, images. */
  rows: i32; piece: i32;
}

const JOB: usize = 64;

// @ts-ignore: decorator
@inline
function shape(): Convolution { return changetype<Convolution>(jobArguments()); }

// @ts-ignore: decorator
@inline
function job(): Job { return changetype<Job>(jobArguments() + JOB); }

/** Elements of a patch. */
// @ts-ignore: decorator
@inline
function patchSize(c: Convolution): i32 { return c.filterHeight * c.filterWidth * c.channels; }

/** Notes the sizes of the convolution for its chunks. */
function describe(
  height: i32, width: i32, channels: i32, filterHeight: i32, filterWidth: i32, filters: i32, outHeight: i32, outWidth: i32,
  strideY: i32, strideX: i32, dilationY: i32, dilationX: i32, top: i32, left: i32,
): void {
  const c = shape();
  c.height = height; c.width = width; c.channels = channels; c.filterHeight = filterHeight; c.filterWidth = filterWidth; c.filters = filters;
  c.outHeight = outHeight; c.outWidth = outWidth; c.strideY = strideY; c.strideX = strideX; c.dilationY = dilationY; c.dilationX = dilationX;
  c.top = top; c.left = left;
}

// @ts-ignore: decorator
@inline
function fillZeros(to: usize, n: i32): usize {
  for (; n > 0; n--) { f32.store(to, 0); to += 4; }
  return to;
}

// @ts-ignore: decorator
@inline
function copyRun(to: usize, from: usize, n: i32): usize {
  for (; n >= 4; n -= 4) { v128.store(to, v128.load(from)); to += 16; from += 16; }
  for (; n > 0; n--) { f32.store(to, f32.load(from)); to += 4; from += 4; }
  return to;
}

// @ts-ignore: decorator
@inline
function addRun(to: usize, from: usize, n: i32): void {
  for (; n >= 4; n -= 4) { v128.store(to, f32x4.add(v128.load(to), v128.load(from))); to += 16; from += 16; }
  for (; n > 0; n--) { f32.store(to, f32.load(to) + f32.load(from)); to += 4; from += 4; }
}

/** The patches of `rows` rows of the result, from row `first` of all images on; pixels beyond the image are 0. */
function patches(x: usize, first: i32, rows: i32, to: usize): void {
  const c = shape();
  const channels = c.channels, width = c.width, filterWidth = c.filterWidth, strideX = c.strideX, left = c.left, dilationX = c.dilationX;
  const pixel = <usize>channels << 2, rowBytes = pixel * width, imageBytes = rowBytes * c.height, run = filterWidth * channels;
  for (let row = first; row < first + rows; row++) {
    const image = x + <usize>(row / c.outHeight) * imageBytes, y0 = row % c.outHeight * c.strideY - c.top;
    for (let column = 0; column < c.outWidth; column++) {
      const x0 = column * strideX - left;
      for (let i = 0, y = y0; i < c.filterHeight; i++, y += c.dilationY) {
        if (<u32>y >= <u32>c.height) { to = fillZeros(to, run); continue; }
        const from = image + <usize>y * rowBytes;
        if (dilationX == 1) {
          const skipped = min(filterWidth, max(0, -x0)), end = max(skipped, min(filterWidth, width - x0));
          to = fillZeros(to, skipped * channels);
          to = copyRun(to, from + (x0 + skipped) * pixel, (end - skipped) * channels);
          to = fillZeros(to, (filterWidth - end) * channels);
        } else {
          for (let j = 0, at = x0; j < filterWidth; j++, at += dilationX) {
            to = <u32>at < <u32>width ? copyRun(to, from + at * pixel, channels) : fillZeros(to, channels);
          }
        }
      }
    }
  }
}

/** Adds patches of `rows` rows of the result to the pixels that they come from. */
function addPatches(x: usize, first: i32, rows: i32, from: usize): void {
  const c = shape();
  const channels = c.channels, width = c.width, filterWidth = c.filterWidth;
  const pixel = <usize>channels << 2, rowBytes = pixel * width, imageBytes = rowBytes * c.height, runBytes = pixel * filterWidth;
  for (let row = first; row < first + rows; row++) {
    const image = x + <usize>(row / c.outHeight) * imageBytes, y0 = row % c.outHeight * c.strideY - c.top;
    for (let column = 0; column < c.outWidth; column++) {
      const x0 = column * c.strideX - c.left;
      for (let i = 0, y = y0; i < c.filterHeight; i++, y += c.dilationY, from += runBytes) {
        if (<u32>y >= <u32>c.height) continue;
        const to = image + <usize>y * rowBytes;
        if (c.dilationX == 1) {
          const skipped = min(filterWidth, max(0, -x0)), end = max(skipped, min(filterWidth, width - x0));
          addRun(to + (x0 + skipped) * pixel, from + skipped * pixel, (end - skipped) * channels);
        } else {
          for (let j = 0, at = x0; j < filterWidth; j++, at += c.dilationX) {
            if (<u32>at < <u32>width) addRun(to + at * pixel, from + j * pixel, channels);
          }
        }
      }
    }
  }
}

/** y = act(x ∗ filter + bias), for `rows` rows of all images, `group` of them in a chunk. */
export function convolution(
  x: usize, filter: usize, bias: usize, y: usize, room: usize, roomBytes: usize, rows: i32, group: i32, relu: i32,
  height: i32, width: i32, channels: i32, filterHeight: i32, filterWidth: i32, filters: i32, outHeight: i32, outWidth: i32,
  strideY: i32, strideX: i32, dilationY: i32, dilationX: i32, top: i32, left: i32,
): void {
  describe(
    height, width, channels, filterHeight, filterWidth, filters, outHeight, outWidth, strideY, strideX, dilationY, dilationX, top, left,
  );
  const all = job();
  all.x = x; all.filter = filter; all.bias = bias; all.y = y; all.room = room; all.roomBytes = roomBytes; all.rows = rows; all.group = group;
  all.relu = relu;
  inParallel((rows + group - 1) / group, (chunk: i32) => {
    const c = shape(), all = job();
    const first = chunk * all.group, rows = min(all.group, all.rows - first), size = patchSize(c), outBytes = <usize>c.filters << 2;
    const room = all.room + <usize>thread() * all.roomBytes;
    patches(all.x, first, rows, room);
    product(
      room, <usize>size << 2, all.filter, outBytes, all.y + <usize>(first * c.outWidth) * outBytes, outBytes, rows * c.outWidth, c.filters,
      size, 0, 0, all.bias ? START_BIAS : START_ZERO, all.bias, all.relu,
    );
  });
}

/** dfilter [pieces, filter] from x and dy: one sum for every `piece` rows of the result, their patches made for `group` of them at a time. */
export function convolutionFilterGradient(
  x: usize, dy: usize, dfilter: usize, room: usize, roomBytes: usize, rows: i32, group: i32, piece: i32,
  height: i32, width: i32, channels: i32, filterHeight: i32, filterWidth: i32, filters: i32, outHeight: i32, outWidth: i32,
  strideY: i32, strideX: i32, dilationY: i32, dilationX: i32, top: i32, left: i32,
): void {
  describe(
    height, width, channels, filterHeight, filterWidth, filters, outHeight, outWidth, strideY, strideX, dilationY, dilationX, top, left,
  );
  const all = job();
  all.x = x; all.filter = dfilter; all.y = dy; all.room = room; all.roomBytes = roomBytes; all.rows = rows; all.group = group;
  all.piece = piece;
  inParallel((rows + piece - 1) / piece, (chunk: i32) => {
    const c = shape(), all = job();
    const size = patchSize(c), outBytes = <usize>c.filters << 2, to = all.filter + <usize>chunk * size * outBytes;
    const room = all.room + <usize>thread() * all.roomBytes, begin = chunk * all.piece, end = min(begin + all.piece, all.rows);
    for (let first = begin; first < end; first += all.group) {
      const rows = min(all.group, end - first);
      patches(all.x, first, rows, room);
      product(
        room, <usize>size << 2, all.y + <usize>(first * c.outWidth) * outBytes, outBytes, to, outBytes, size, c.filters, rows * c.outWidth,
        1, 0, first == begin ? START_ZERO : START_C, 0, 0,
      );
    }
  });
}

/** dx from dy: the patches that every pixel of the result adds to, image by image. */
export function convolutionInputGradient(
  dy: usize, filter: usize, dx: usize, room: usize, roomBytes: usize, images: i32, group: i32,
  height: i32, width: i32, channels: i32, filterHeight: i32, filterWidth: i32, filters: i32, outHeight: i32, outWidth: i32,
  strideY: i32, strideX: i32, dilationY: i32, dilationX: i32, top: i32, left: i32,
): void {
  describe(
    height, width, channels, filterHeight, filterWidth, filters, outHeight, outWidth, strideY, strideX, dilationY, dilationX, top, left,
  );
  const all = job();
  all.x = dx; all.filter = filter; all.y = dy; all.room = room; all.roomBytes = roomBytes; all.group = group;
  inParallel(images, (image: i32) => {
    const c = shape(), all = job();
    const size = patchSize(c), outBytes = <usize>c.filters << 2, imageBytes = (<usize>(c.height * c.width) << 2) * c.channels;
    const room = all.room + <usize>thread() * all.roomBytes, begin = image * c.outHeight, end = begin + c.outHeight;
    memory.fill(all.x + <usize>image * imageBytes, 0, imageBytes);
    for (let first = begin; first < end; first += all.group) {
      const rows = min(all.group, end - first);
      product(
        all.y + <usize>(first * c.outWidth) * outBytes, outBytes, all.filter, outBytes, room, <usize>size << 2, rows * c.outWidth, size,
        c.filters, 0, 1, START_ZERO, 0, 0,
      );
      addPatches(all.x, first, rows, room);
    }
  });
}
