import { isJobsError, JobsError } from '@philjs/jobs-core';

/** Matches SQL states of a server that is away, starting, full or read-only, or of a call to repeat. */
const AWAY = /^(08|53|57P|58|25006|40001|40P01|55P03|57014)/;
/** Matches Node's codes for failed connections. */
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/;
/** Matches the messages of `pg`, which have no code, when a connection ends. */
const ENDED = /terminated|timeout|not queryable|closed|Cannot use a pool after/i;

/** Turns an error of a database that is away into `JOBS_BACKEND_UNAVAILABLE`; returns every other error of the database unchanged. */
export function toJobsError(thrown: unknown): unknown {
  const error = rootOf(thrown);
  if (isJobsError(error) || !(error instanceof Error)) return error;
  const code = (error as { code?: unknown }).code;
  const away =
    typeof code === 'string' ? AWAY.test(code) || NETWORK.test(code) : ENDED.test(error.message);
  if (!away && !(error instanceof AggregateError)) return error;
  const what = typeof code === 'string' ? code : 'no connection';
  return new JobsError(
    'JOBS_BACKEND_UNAVAILABLE',
    `PostgreSQL is away (${what}). What was accepted is stored; asking again is safe.`,
    { cause: error, details: { code } },
  );
}

/** Returns the error of the database: Drizzle wraps it in one whose message is the statement with its values. */
function rootOf(error: unknown): unknown {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  const isCoded = typeof (cause as { readonly code?: unknown } | undefined)?.code === 'string';
  return code === undefined && isCoded ? cause : error;
}
