/** What a `DiffusionError` says in its `code`. */
export type DiffusionErrorCode =
  | 'SWITCHYARD_DIFFUSION_OPTION'
  | 'SWITCHYARD_DIFFUSION_MODEL'
  | 'SWITCHYARD_IMAGES_EMPTY'
  | 'SWITCHYARD_IMAGES_DAMAGED'
  | 'SWITCHYARD_IMAGES_CLASS'
  | 'SWITCHYARD_IMAGES_DECODER';

/** Options, images or a model that diffusion cannot work with. The message holds what came, the rule and the remedy, in one line. */
export class DiffusionError extends Error {
  override readonly name = 'DiffusionError';
  readonly code: DiffusionErrorCode;

  constructor(code: DiffusionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
