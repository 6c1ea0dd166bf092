import { type BigIntStats, statSync } from 'node:fs';
import { JobsError } from '@philjs/jobs-core';
import type { SqliteDriver } from './sqlite-driver.ts';
import { readStoredMark, type StoredMark } from './stored-mark.ts';

/**
 * Identifies the file at a path. When the file is removed or replaced, its connections stay with the old one. When another one
 * is copied over it, they go on with pages of both: that is seen by the mark in it, which is then another one, or an earlier.
 */
export class FileIdentity {
  readonly #path: string;
  readonly #driver: SqliteDriver;
  readonly #identity: string | undefined;
  #writtenAt: bigint | undefined;
  #mark: StoredMark | undefined;
  /** The sign of another file that was seen once; the second time it counts. */
  #suspicion: string | undefined;
  #isOverwritten = false;

  /** Notes which file is at a path. */
  constructor(path: string, driver: SqliteDriver) {
    this.#path = path;
    this.#driver = driver;
    this.#identity = identityOf(statOf(path));
    this.#compare();
  }

  /**
   * Ensures that the path still leads to the file, and that no other one was copied over it.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
   */
  check(): void {
    if (identityOf(statOf(this.#path)) !== this.#identity) {
      throw unavailable(
        this.#path,
        'replaced',
        'was removed or replaced while it was open: jobs stored now would be lost. Restart the processes that use it.',
      );
    }
    this.#compare();
    if (this.#isOverwritten) {
      throw unavailable(
        this.#path,
        'overwritten',
        'was written over while it was open, as by `cp` of a backup: what is stored now would be damaged or lost. ' +
          'Stop the processes that use it, copy the backup again, and remove the files with `-wal` and `-shm` beside it.',
      );
    }
  }

  /** Whether another file may have been copied over it: then the mark must not be advanced. */
  get isSuspect(): boolean {
    return this.#suspicion !== undefined;
  }

  /** Compares the mark in the file with the one that was there before, if the file has been written since. */
  #compare(): void {
    const before = statOf(this.#path)?.mtimeNs;
    if (before === undefined || before === this.#writtenAt) return;
    const found = readStoredMark(this.#path, this.#driver);
    // One that is being written is read the next time.
    if (found === undefined || statOf(this.#path)?.mtimeNs !== before) return;
    if (this.#mark === undefined || (found !== 'none' && follows(found, this.#mark))) {
      this.#writtenAt = before;
      this.#suspicion = undefined;
      if (found !== 'none') this.#mark = found;
      return;
    }
    // A file that is being rebuilt may look so too, but not twice.
    const suspicion = found === 'none' ? String(before) : `${found.made} ${found.mark}`;
    this.#isOverwritten ||= suspicion === this.#suspicion;
    this.#suspicion = suspicion;
  }
}

function follows(found: StoredMark, known: StoredMark): boolean {
  return found.made === known.made && found.mark >= known.mark;
}

function unavailable(path: string, reason: string, what: string): JobsError {
  return new JobsError('JOBS_BACKEND_UNAVAILABLE', `The file ${path} ${what}`, {
    details: { path, reason },
  });
}

function statOf(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}

function identityOf(stat: BigIntStats | undefined): string | undefined {
  return stat && `${stat.dev} ${stat.ino}`;
}
