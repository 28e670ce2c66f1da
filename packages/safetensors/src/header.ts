import { byteLength, type Dtype, dtypes, isDtype } from './dtype.ts';
import { SafetensorsError } from './errors.ts';
import { HeaderText } from './header-text.ts';

/** The key of a header that is no tensor. */
export const METADATA = '__metadata__';

/** The reference library's bound on the bytes of a header. */
export const MAXIMUM_HEADER = 100_000_000;

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** First byte and byte after the last, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order of their bytes, which they fill without overlaps and holes. */
  readonly entries: readonly Entry[];
  readonly metadata: Record<string, string>;
}

/** Parses and checks the header of a file with `dataLength` bytes after it. */
export function parseHeader(bytes: Uint8Array, dataLength: number): Header {
  const text = new HeaderText(decode(bytes));
  const entries: Entry[] = [];
  let metadata: Record<string, string> = {};
  text.object('the header', (name) => {
    if (name === METADATA) metadata = readMetadata(text);
    else entries.push(readEntry(text, name));
  });
  text.end();
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkOffsets(entries, dataLength);
  return { entries, metadata };
}

function decode(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_ENCODING',
      'the header is not UTF-8, which the format prescribes; the file is damaged or of another format',
    );
  }
  if (text.startsWith('{')) return text;
  throw new SafetensorsError(
    'SWITCHYARD_SAFETENSORS_JSON',
    `the header begins with ${JSON.stringify(text.slice(0, 1))}, not with '{'; the file is damaged or of another format`,
  );
}

function readMetadata(text: HeaderText): Record<string, string> {
  const pairs: [string, string][] = [];
  text.object(METADATA, (key) => pairs.push([key, text.string()]));
  return Object.fromEntries(pairs); // defines keys, so that `__proto__` is one of them
}

function readEntry(text: HeaderText, name: string): Entry {
  const quoted = JSON.stringify(name);
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  text.object(`tensor ${quoted}`, (key) => {
    if (key === 'dtype') dtype = text.string();
    else if (key === 'shape') shape = text.integers();
    else if (key === 'data_offsets') offsets = text.integers();
    else incomplete(quoted, `the unknown key ${JSON.stringify(key)}`);
  });
  if (dtype === undefined) incomplete(quoted, 'no dtype');
  if (shape === undefined) incomplete(quoted, 'no shape');
  if (offsets?.length !== 2) incomplete(quoted, 'no pair of data_offsets');
  if (!isDtype(dtype)) {
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_DTYPE',
      `tensor ${quoted} has dtype ${JSON.stringify(dtype)}; convert it to one of ${dtypes.join(', ')}`,
    );
  }
  const [begin = 0, end = 0] = offsets;
  const length = byteLength(dtype, shape);
  if (length === undefined || end - begin !== length) {
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_SIZE',
      `tensor ${quoted} lies from byte ${begin} to ${end}, but ${dtype} [${shape}] takes ${length ?? 'no possible number of'} bytes; the file is damaged`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function incomplete(quoted: string, fault: string): never {
  throw new SafetensorsError(
    'SWITCHYARD_SAFETENSORS_JSON',
    `tensor ${quoted} has ${fault}, but must have dtype, shape and data_offsets alone; the file is of another format`,
  );
}

function checkOffsets(entries: readonly Entry[], dataLength: number): void {
  let place = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== place) {
      throw new SafetensorsError(
        'SWITCHYARD_SAFETENSORS_OFFSETS',
        `tensor ${JSON.stringify(name)} begins at byte ${begin}, the one before it ends at ${place}: no holes and no overlaps are allowed; the file is damaged`,
      );
    }
    place = end;
  }
  if (place > dataLength) {
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_TRUNCATED',
      `the tensors take ${place} bytes, the file has ${dataLength} after its header: it is cut off; fetch it again`,
    );
  }
  if (place < dataLength) {
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_OFFSETS',
      `the tensors take ${place} bytes, the file has ${dataLength} after its header, and none may be left over; the file is damaged`,
    );
  }
}
