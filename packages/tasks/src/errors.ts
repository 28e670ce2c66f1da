/** A refused option of a task (`SWITCHYARD_TASK_OPTION`), batch argument (`_BATCH`), token (`_TOKEN`) or text (`_TEXT`). */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly code: string;

  constructor(code: `SWITCHYARD_TASK_${string}`, message: string) {
    super(message);
    this.code = code;
  }
}
