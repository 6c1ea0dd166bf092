import { isJobsError, JobsError } from '@philjs/jobs-core';
import { isNetworkError } from '@philjs/jobs-core/internal';

/** Matches the errors of ioredis for commands that may or may not have reached the server. */
const CONNECTION_ERRORS =
  /Connection is closed|Command timed out|enableOfflineQueue|Socket timeout|ClusterAllFailed|Failed to refresh slots|None of startup nodes|aborted due to connection/i;
/**
 * Matches what nodes of a Cluster answer while a slot moves between them. Scripts of ours are refused before they write;
 * one of BullMQ's may have written, and an earlier attempt may have been executed before the slot began to move.
 */
const SLOT_MOVING =
  /^TRYAGAIN\b|Too many Cluster redirections|non local key|during rehashing of the slot/;
/** Matches the errors of a server that cannot take a command now, but may soon. */
const REFUSALS =
  /^(OOM|READONLY|LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|NOREPLICAS|MISCONF|UNKILLABLE|EXECABORT)\b|-(OOM|READONLY|MISCONF|NOREPLICAS) |script .*(OOM command not allowed|READONLY You can't write)/;

/** Returns the code of an error, if it has one. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Returns whether a command failed because the connection did: it may or may not have been executed. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isNetworkError(error) || codeOf(error) === 'EPROTO') return true;
  return isCutOff(error) || isSlotMoving(error) || CONNECTION_ERRORS.test(error.message);
}

/** Returns whether the keys of the queue are on their way to another node of a Cluster. */
export function isSlotMoving(error: unknown): boolean {
  return error instanceof Error && SLOT_MOVING.test(error.message);
}

function isCutOff(error: Error): boolean {
  return error.name === 'MaxRetriesPerRequestError';
}

/** Returns whether the server answered that it cannot take the command now; nothing was changed. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.test(error.message);
}

/** Returns whether the server refused the user or the password; waiting does not help. */
export function isAuthRefusal(error: unknown): boolean {
  return (
    error instanceof Error && /^(WRONGPASS|NOAUTH|NOPERM)\b|invalid password/.test(error.message)
  );
}

/** Returns whether the server that answered is now a replica: another one is the master. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Error && /\bREADONLY\b/.test(error.message);
}

/** Returns whether the server refused a command because it is out of memory. */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /\bOOM\b/.test(error.message) || isOutOfMemory(error.cause);
}

/** The error used when a server does not answer a TLS connection at all. */
export const SILENT_IN_TLS: Error = new Error('No secure TLS connection was established');

/** Returns whether a node of a Cluster answered that another one has the key; a client of the Cluster asks that one. */
function isMoved(error: unknown): boolean {
  return error instanceof Error && /^(MOVED|ASK) \d/.test(error.message);
}

function notAlone(cause: unknown): JobsError {
  return new JobsError(
    'JOBS_NOT_SUPPORTED',
    'The server is a node of a Cluster, and another node has the keys of the queue. Give an ioredis `Cluster` as `redis` in place of an address.',
    { cause: withoutSecrets(cause) },
  );
}

/** Returns whether a key of the queue holds a value of another kind, which another program has written. */
function isForeignKey(error: unknown): boolean {
  return error instanceof Error && /^-?WRONGTYPE\b/.test(error.message);
}

function foreignKey(cause: unknown): JobsError {
  return new JobsError(
    'JOBS_BACKEND_CONTRACT',
    'A key of the queue in Redis holds what another program wrote. Give the queue a `prefix` that no other program uses, or remove that key.',
    { cause: withoutSecrets(cause) },
  );
}

/** Makes the `JOBS_BACKEND_UNAVAILABLE` error from its cause. */
export function unavailable(cause: unknown, waitedMs?: number): JobsError {
  if (isJobsError(cause)) return cause;
  const message = explain(cause, waitedMs);
  return new JobsError('JOBS_BACKEND_UNAVAILABLE', message, { cause: withoutSecrets(cause) });
}

function explain(cause: unknown, waitedMs: number | undefined): string {
  const reason = reasonOf(cause);
  if (cause instanceof Error && cause.message.startsWith('NOPERM')) {
    return `Redis allows the user too little (${reason}). A user needs the keys and channels that begin with the prefix, and the commands of \`+@all -@dangerous +info +client|unblock\`.`;
  }
  if (isAuthRefusal(cause)) {
    return `Redis refused the user or the password (${reason}). Check \`redis.password\`, REDIS_URL or REDIS_PASSWORD.`;
  }
  if (isOutOfMemory(cause)) {
    return `Redis refused the command, since its memory is full (${reason}). Nothing of it was stored. Remove jobs, keep fewer finished ones, or raise \`maxmemory\`.`;
  }
  if (isReadOnly(cause)) {
    return `Redis refused the command, since this server is a replica (${reason}). Nothing of it was stored; the client connects again to find the master.`;
  }
  if (isNoTls(cause)) {
    return 'Redis did not answer in TLS. If its port expects plain connections, use `redis://` in place of `rediss://`.';
  }
  if (isRefusal(cause)) {
    return `Redis cannot take the command now (${reason}). Nothing of it was stored.`;
  }
  const waited = waitedMs === undefined ? '' : ` within ${waitedMs} ms`;
  const why = cause === undefined ? '' : `: ${reason}`;
  const what = isSlotMoving(cause)
    ? `The slot of the queue is moving to another node of the Cluster, and Redis did not take the command${waited}`
    : `Redis did not answer${waited}${why}`;
  return `${what}. What it had accepted is not lost; a job may be enqueued again under the same id.`;
}

function isNoTls(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = String(codeOf(error));
  return /ERR_SSL|EPROTO/.test(code) || /SSL routines|secure TLS connection/.test(error.message);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return maskSecrets(String(error));
  // ioredis names options that we set, not the caller.
  if (isCutOff(error)) return 'the connection was lost while the command ran';
  if (error.message.includes('enableOfflineQueue')) return 'the connection is not open';
  const code = codeOf(error);
  return typeof code === 'string' ? code : maskSecrets(error.message).slice(0, 200);
}

/**
 * Copies an error without the fields that clients add to it, such as the command and its arguments, and without the
 * part before the `@` of an address: either may contain a password.
 */
export function withoutSecrets(error: unknown): unknown {
  if (typeof error === 'string') return maskSecrets(error);
  if (!(error instanceof Error) || isJobsError(error)) return error;
  const copy = new Error(maskSecrets(error.message));
  copy.name = error.name;
  if (error.stack !== undefined) copy.stack = maskSecrets(error.stack);
  const code = codeOf(error);
  return code === undefined ? copy : Object.assign(copy, { code });
}

function maskSecrets(text: string): string {
  return text.replace(/(rediss?:\/\/)\S*@|[^\s/@]*:[^\s/@]*@/gi, '$1***@');
}

/** Turns an error of the server or the connection into a `JobsError`; removes secrets from all other errors. */
export function toJobsError(error: unknown): unknown {
  if (isMoved(error)) return notAlone(error);
  if (isForeignKey(error)) return foreignKey(error);
  return isConnectionLoss(error) || isRefusal(error) ? unavailable(error) : withoutSecrets(error);
}
