import type { ConfigKey, KeyName, Preset } from '@switchyard/experiments/config';
import type { z } from 'zod';

/** One command: a schema, from which flags, file keys and help follow, and what to do with valid options. */
export interface Command<S extends z.ZodType = z.ZodType> {
  readonly summary: string;
  /** Keys that may be given by place, in order. */
  readonly positionals: readonly string[];
  readonly schema: S;
  /** Every key the command knows, where that is more than the keys of the schema. */
  readonly keys?: readonly ConfigKey[];
  /** Named partial configurations, for a command with a key `preset`. */
  readonly presets?: Readonly<Record<string, Preset>>;
  readonly examples: readonly string[];
  run(options: z.output<S>, name: KeyName): Promise<void>;
}

/** A command whose schema is checked against its options, then forgotten: the registry holds any of them. */
export function defineCommand<S extends z.ZodType>(command: Command<S>): Command {
  return command as unknown as Command;
}
