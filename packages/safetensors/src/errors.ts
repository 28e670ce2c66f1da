/**
 * A file that is not a safetensors file of this package's reading, or tensors that cannot be written as one. `code` is
 * `SWITCHYARD_SAFETENSORS_` and
 * - TRUNCATED: shorter than its length fields say
 * - HEADER_LENGTH: a header larger than the format allows
 * - ENCODING: a header that is not UTF-8
 * - JSON: a header that is not the JSON object of the format
 * - DUPLICATE: a name or key that occurs twice
 * - NAME, DTYPE, SHAPE, METADATA: a value the format does not have
 * - SIZE: bytes that do not match shape and dtype, or a product that overflows
 * - OFFSETS: tensors that overlap, leave holes, or do not end with the file
 * - PLATFORM: a big-endian machine
 */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  readonly code: string;

  constructor(code: `SWITCHYARD_SAFETENSORS_${string}`, message: string) {
    super(message);
    this.code = code;
  }
}
