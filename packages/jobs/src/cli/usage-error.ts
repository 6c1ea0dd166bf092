/** Reports that the command line was called in a way it does not understand; ends it with exit code 2. */
export class UsageError extends Error {
  /** Says what was wrong and what to do. */
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
