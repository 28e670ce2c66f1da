export type { BitItem, BitSequenceOptions, BitTask } from './bit-sequence.ts';
export { type CountOnesOptions, countOnes } from './count-ones.ts';
export { type DelayedSumOptions, delayedSum } from './delayed-sum.ts';
export { TaskError } from './errors.ts';
export { type FindZeroOptions, findZero } from './find-zero.ts';
export { type IarcOptions, iarc } from './iarc.ts';
export { type IndirectObjectOptions, type IndirectObjectTask, indirectObject } from './indirect-object.ts';
export { mixture } from './mixture.ts';
export { bytePairTokenizer } from './text/byte-pair-tokenizer.ts';
export { byteTokenizer } from './text/byte-tokenizer.ts';
export { charactersOf, characterTokenizer } from './text/character-tokenizer.ts';
export { encodablePieces } from './text/encodable-pieces.ts';
export {
  characterStart,
  type DocumentMeasure,
  documentOrder,
  type SplitDocuments,
  splitDocuments,
  validationDocuments,
} from './text/split-documents.ts';
export { type TextOptions, text } from './text/text.ts';
export { separatorOf, type TextPart, type TextParts, type TextTask, textTask } from './text/text-task.ts';
export type { Tokenizer, TokenizerData } from './text/tokenizer.ts';
export { tokenizerFrom } from './text/tokenizer-from.ts';
export { trainBytePairs } from './text/train-byte-pairs.ts';
export type { Batch, BatchRequest, SequenceTask, Vocabulary } from './types.ts';
