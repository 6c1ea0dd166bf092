import { JobsError } from '@philjs/jobs-core';

/** SQLite's result codes for `busy`, `locked` and `protocol`, when many lock at once; by the names that other drivers give them too. */
const BUSY = { numbers: new Set([5, 6, 15]), names: /^SQLITE_(BUSY|LOCKED|PROTOCOL)/ } as const;
/** SQLite's result code for a transaction that has read what others changed since; it cannot write any more. */
const OUTDATED = { number: 517, name: 'SQLITE_BUSY_SNAPSHOT' } as const;
/** SQLite's result codes for problems of the file or its disk: what each means, and what to do. */
const PROBLEMS = [
  {
    ...{ reason: 'full', numbers: new Set([13]), names: /^SQLITE_FULL/ },
    why: 'its disk is full; what writes goes on once there is room',
  },
  {
    ...{ reason: 'read-only', numbers: new Set([8]), names: /^SQLITE_READONLY/ },
    why: 'it cannot be written; look at the permissions of the file and of its folder',
  },
  {
    ...{ reason: 'failing', numbers: new Set([10]), names: /^SQLITE_IOERR/ },
    why: 'it could not be read or written; look at the disk',
  },
  {
    ...{ reason: 'not-opened', numbers: new Set([14]), names: /^SQLITE_CANTOPEN/ },
    why:
      'it cannot be opened; its folder must exist and be writable for this account, and the process may have ' +
      'no more files open than `ulimit -n` says',
  },
  {
    ...{ reason: 'damaged', numbers: new Set([11, 26]), names: /^SQLITE_(CORRUPT|NOTADB)/ },
    why:
      'its content is damaged, as after a copy over it while it was open; stop the processes that use it, restore a backup, ' +
      'and remove the files with `-wal` and `-shm` beside it',
  },
] as const;

/** Returns whether an error says that another connection holds the file. */
export function isBusy(error: unknown): boolean {
  return isOf(error, BUSY);
}

/**
 * Turns an error of a file that is locked or away into `JOBS_BACKEND_UNAVAILABLE`, whose details give the reason; returns
 * every other error unchanged.
 */
export function toJobsError(error: unknown, path: string): unknown {
  const { reason, why } = isBusy(error)
    ? { reason: 'locked', why: whyBusy(error) }
    : (PROBLEMS.find((problem) => isOf(error, problem)) ?? {});
  if (reason === undefined) return error;
  const where = path === '' ? 'in memory' : path;
  return new JobsError('JOBS_BACKEND_UNAVAILABLE', `Cannot use the file ${where}: ${why}.`, {
    cause: error,
    details: { path, reason },
  });
}

function whyBusy(error: unknown): string {
  const { errcode, code } = error as { readonly errcode?: unknown; readonly code?: unknown };
  return errcode === OUTDATED.number || code === OUTDATED.name
    ? 'the transaction has read what another connection changed since, so it cannot write; begin it with `BEGIN IMMEDIATE`'
    : 'another connection holds it locked; look for a transaction that is left open, or that waits for this call';
}

/** `node:sqlite` has the number in `errcode`, better-sqlite3 and libsql the name in `code`. */
function isOf(
  error: unknown,
  { numbers, names }: { readonly numbers: ReadonlySet<number>; readonly names: RegExp },
): boolean {
  const { errcode, code } = (error ?? {}) as {
    readonly errcode?: unknown;
    readonly code?: unknown;
  };
  // The lower byte is the primary code.
  if (typeof errcode === 'number') return numbers.has(errcode & 0xff);
  return typeof code === 'string' && names.test(code);
}
