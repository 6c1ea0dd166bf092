import { JobsError } from '@philjs/jobs-core';

/** SQLite's result codes for `busy`, `locked` and `protocol`, when many lock at once; by the names that other drivers give them too. */
const BUSY = { numbers: new Set([5, 6, 15]), names: /^SQLITE_(BUSY|LOCKED|PROTOCOL)/ } as const;
/** SQLite's result code for a transaction that has read what others changed since; it cannot write any more. */
const OUTDATED = { number: 517, name: 'SQLITE_BUSY_SNAPSHOT' } as const;
/** SQLite's result codes for problems of the file or its disk: read-only, input/output, full, cannot open. */
const AWAY = {
  numbers: new Set([8, 10, 13, 14]),
  names: /^SQLITE_(READONLY|IOERR|FULL|CANTOPEN)/,
} as const;

/** Returns whether an error says that another connection holds the file. */
export function isBusy(error: unknown): boolean {
  return isOf(error, BUSY);
}

/** Turns an error of a file that is locked or away into `JOBS_BACKEND_UNAVAILABLE`; returns every other error unchanged. */
export function toJobsError(error: unknown, path: string): unknown {
  const busy = isBusy(error);
  if (!busy && !isOf(error, AWAY)) return error;
  const why = busy
    ? whyBusy(error)
    : 'its folder must exist; look at the disk and at the permissions of both';
  const where = path === '' ? 'in memory' : path;
  return new JobsError('JOBS_BACKEND_UNAVAILABLE', `Cannot use the file ${where}: ${why}.`, {
    cause: error,
    details: { path },
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
