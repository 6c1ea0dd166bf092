import { isJobsError, JobsError } from '@philjs/jobs-core';

/** SQL states which say that the server is away, starting, full, read-only, or that a call should be made again. */
const AWAY = /^(08|53|57P|58|25006|40001|40P01|55P03|57014)/;
/** Codes of Node for connections that fail. */
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/;
/** What `pg` says, without a code, when a connection ends. */
const ENDED = /terminated|timeout|not queryable|closed|Cannot use a pool after/i;

/** Says of an error whether the database is away; every other error stays what it is. */
export function toJobsError(error: unknown): unknown {
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
