import { isJobsError, JobsError } from '@philjs/jobs-core';

/** What ioredis rejects commands with that may or may not have reached the server. */
const CONNECTION_ERRORS =
  /Connection is closed|Command timed out|enableOfflineQueue|Socket timeout|ClusterAllFailed|Failed to refresh slots|None of startup nodes|aborted due to connection/i;
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** What a server answers that cannot take the command now, but may soon. */
const REFUSALS =
  /^(OOM|READONLY|LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|UNKILLABLE|EXECABORT)\b|-(OOM|READONLY|MISCONF|NOREPLICAS) |script .*(OOM command not allowed|READONLY You can't write)/;

/** Tells whether a command failed because the connection did: it may or may not have been executed. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && CONNECTION_CODES.has(code)) return true;
  return error.name === 'MaxRetriesPerRequestError' || CONNECTION_ERRORS.test(error.message);
}

/** Tells whether the server answered that it cannot take the command now; nothing was changed. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.test(error.message);
}

/** Tells whether the server refused the user or the password, which waiting does not mend. */
export function isAuthRefusal(error: unknown): boolean {
  return (
    error instanceof Error && /^(WRONGPASS|NOAUTH|NOPERM)\b|invalid password/.test(error.message)
  );
}

/** Makes the error of a store that is away, from whatever said so. */
export function unavailable(cause: unknown, waitedMs?: number): JobsError {
  if (isJobsError(cause)) return cause;
  if (isAuthRefusal(cause)) {
    return new JobsError(
      'JOBS_BACKEND_UNAVAILABLE',
      `Redis refused the user or the password (${reasonOf(cause)}). Check \`redis.password\`, REDIS_URL or REDIS_PASSWORD.`,
      { cause: withoutSecrets(cause) },
    );
  }
  const waited = waitedMs === undefined ? '' : ` within ${waitedMs} ms`;
  const why = cause === undefined ? '' : `: ${reasonOf(cause)}`;
  return new JobsError(
    'JOBS_BACKEND_UNAVAILABLE',
    `Redis did not answer${waited}${why}. What it had accepted is not lost; a job may be enqueued again under the same id.`,
    { cause: withoutSecrets(cause) },
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.message.slice(0, 200);
}

/** Copies an error without what clients hang on it, such as the command and its arguments: a password may be one. */
export function withoutSecrets(error: unknown): unknown {
  if (!(error instanceof Error) || isJobsError(error)) return error;
  const copy = new Error(error.message);
  copy.name = error.name;
  if (error.stack !== undefined) copy.stack = error.stack;
  const { code } = error as { code?: unknown };
  return code === undefined ? copy : Object.assign(copy, { code });
}

/** Turns an error of the server or the connection into ours; others lose their secrets only. */
export function toJobsError(error: unknown): unknown {
  return isConnectionLoss(error) || isRefusal(error) ? unavailable(error) : withoutSecrets(error);
}
