import { JobsError } from './jobs-error.ts';
import { toError } from './serialize-error.ts';

/** Makes the error of a backend that joins transactions, and begins none. */
export function beginsNoneError(backendName: string): JobsError {
  return new JobsError(
    'JOBS_NOT_SUPPORTED',
    `The backend \`${backendName}\` begins no transaction. Begin one yourself, and give it as \`transaction\`.`,
    { details: { backend: backendName, capability: 'transactions' } },
  );
}

/** Makes the error of a transaction that kept all other writers waiting for too long, and was rolled back. */
export function transactionExpiredError(limitMs: number): JobsError {
  return new JobsError(
    'JOBS_TIMEOUT',
    `The transaction was open for ${Math.round(limitMs)} ms, in which no other could write to the store, and was rolled back. ` +
      'Do slow work before it, call no `queue.transaction` in it, and give its `tx` to each `enqueue` in it.',
    { details: { limitMs } },
  );
}

/** Makes the error of what comes through a transaction of `queue.transaction` after its end. */
export function transactionEndedError(): JobsError {
  return new JobsError(
    'JOBS_CONFLICT',
    'The transaction has ended: its function returned or threw, or it was open for too long. Await every call in the function, and keep `tx` in it.',
    { details: { field: 'transaction' } },
  );
}

/** Makes the error of a transaction that the store rolled back in place of a commit. */
export function notCommittedError(cause: unknown): JobsError {
  const why = cause === undefined ? '' : ` (${toError(cause).message})`;
  return new JobsError(
    'JOBS_ROLLED_BACK',
    `The transaction was not committed, and nothing of it is stored${why}: a statement in it had failed, or what it leaves breaks a ` +
      'constraint. Throw when a statement fails.',
    { cause, details: { mayBeCommitted: false } },
  );
}

/** Makes the error of a commit that had no answer. */
export function commitUnknownError(cause: unknown): JobsError {
  return new JobsError(
    'JOBS_BACKEND_UNAVAILABLE',
    `The transaction may or may not be committed: its commit failed (${toError(cause).message}). ` +
      'Look for what it stored before you run it again, or give its jobs a `jobId`.',
    { cause, details: { mayBeCommitted: true } },
  );
}
