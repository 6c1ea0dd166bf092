/** Reports wrong usage of the command line; ends it with exit code 2. */
export class UsageError extends Error {
  /** Takes a message that says what was wrong and what to do. */
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
