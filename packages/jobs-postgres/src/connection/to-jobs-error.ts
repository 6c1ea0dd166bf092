import { isJobsError, JobsError } from '@philjs/jobs-core';
import { isNetworkError } from '@philjs/jobs-core/internal';

/** Matches SQL states of a server that is away, starting or full. */
const AWAY = /^(08|53|57P|58)/;
/** Matches SQL states of a statement that the server gave up: it is read-only, or the statement met others or took too long. */
const GIVEN_UP = /^(25006|40001|40P01|55P03|57014)/;
/** The SQL state of a statement in a transaction that an earlier one has made fail. */
const ABORTED = '25P02';
/** Matches the messages of `pg`, which have no code, when a connection ends. */
const ENDED = /terminated|timeout|not queryable|closed|Cannot use a pool after/i;

/** Matches SQL states of a server that takes no such user, password or database. */
const REFUSED = /^(28|3D000)/;
/** The SQL state of what the role may not do. */
const FORBIDDEN = '42501';
/** Matches what `pg` says itself, without a code, where the server asks for a password and none was given. */
const NO_PASSWORD = /^SASL: .* password must be/;

/**
 * Turns an error of a database that is away, gave up a statement, or takes no such user, into `JOBS_BACKEND_UNAVAILABLE`, and
 * one of a transaction that failed before into `JOBS_ROLLED_BACK`; returns every other error of the database unchanged.
 *
 * @param isWithin - whether the statement was one of a transaction of the user
 */
export function toJobsError(thrown: unknown, isWithin = false): unknown {
  const error = rootOf(thrown);
  if (isJobsError(error) || !(error instanceof Error)) return error;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' ? REFUSED.test(code) : NO_PASSWORD.test(error.message)) {
    return unavailable(
      `PostgreSQL refused the connection (${error.message}). Check the user, the password and the database ` +
        'of `postgres` or DATABASE_URL.',
      error,
    );
  }
  if (code === FORBIDDEN) {
    return unavailable(
      `PostgreSQL refused the call (${error.message}). Let the owner of the tables run \`philjs-jobs migrate\` with ` +
        '`--grant-to` and the role of this connection.',
      error,
    );
  }
  if (code === ABORTED) {
    return new JobsError(
      'JOBS_ROLLED_BACK',
      'A statement of the transaction had failed before this call, so PostgreSQL stores nothing of it. Roll back; the error of ' +
        'that statement says why.',
      { cause: error, details: { code } },
    );
  }
  const isGivenUp = typeof code === 'string' && GIVEN_UP.test(code);
  if (!isGivenUp && !isAway(error, code)) return error;
  const what = typeof code === 'string' ? `${code}${placeOf(error)}` : 'no connection';
  if (isWithin) {
    return unavailable(
      `The transaction failed (${what}: ${error.message}). Nothing of it is stored: roll back, and run all of it again.`,
      error,
    );
  }
  return unavailable(
    isGivenUp
      ? `PostgreSQL gave up the call (${what}: ${error.message}). It changed nothing; asking again is safe.`
      : `PostgreSQL is away (${what}). What was accepted is stored; asking again is safe.`,
    error,
  );
}

function isAway(error: Error, code: unknown): boolean {
  if (error instanceof AggregateError) return true;
  return typeof code === 'string'
    ? AWAY.test(code) || isNetworkError(error)
    : ENDED.test(error.message);
}

function unavailable(message: string, cause: Error): JobsError {
  const { code } = cause as { readonly code?: unknown };
  return new JobsError('JOBS_BACKEND_UNAVAILABLE', message, { cause, details: { code } });
}

/** Tells the place that Node could not connect to, if the error names one. */
function placeOf(error: Error): string {
  const { address, hostname, port } = (
    error instanceof AggregateError ? (error.errors[0] ?? {}) : error
  ) as { readonly address?: string; readonly hostname?: string; readonly port?: number };
  const host = address ?? hostname;
  return host === undefined ? '' : ` at ${host}${port === undefined ? '' : `:${port}`}`;
}

/** Returns the error of the database: Drizzle wraps it in one whose message is the statement with its values. */
function rootOf(error: unknown): unknown {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  const isCoded = typeof (cause as { readonly code?: unknown } | undefined)?.code === 'string';
  return code === undefined && isCoded ? cause : error;
}
