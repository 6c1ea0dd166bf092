import { statSync } from 'node:fs';
import { JobsError } from '@philjs/jobs-core';

/** Identifies the file at a path. When the file is removed or replaced, its connections stay with the old one. */
export class FileIdentity {
  readonly #path: string;
  readonly #identity: string | undefined;

  /** Notes which file is at a path. */
  constructor(path: string) {
    this.#path = path;
    this.#identity = identityOf(path);
  }

  /**
   * Ensures that the path still leads to the file.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
   */
  check(): void {
    if (identityOf(this.#path) === this.#identity) return;
    throw new JobsError(
      'JOBS_BACKEND_UNAVAILABLE',
      `The file ${this.#path} was removed or replaced while it was open: jobs stored now would be lost. ` +
        'Restart the processes that use it.',
      { details: { path: this.#path } },
    );
  }
}

function identityOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev} ${stat.ino}`;
}
