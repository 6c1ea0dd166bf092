/** Says that a command was given what it does not understand; its message is for whoever typed it. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
