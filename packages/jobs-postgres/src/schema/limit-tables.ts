import { isShared } from './shared-key.ts';
import { BUSY } from './tables.ts';

/**
 * The tables of limits. A name with limits has a row in `limits`. Its waiting jobs are sorted into `lines`, one for each
 * pair of keys, by the exchange that meets them first (`limited` is true then); its active jobs that count are
 * `limited` too. The position of a line is that of its first job or an earlier one; it ends with the turn of that job, which
 * sorts those of one key in a fair order. `opens_at` is when something shut
 * may be looked at again; infinity stands for an event. Jobs that end add a row to `openings`, which the next exchange
 * that starts limited jobs takes out: so only that one writes to the other tables, under one lock. A limit that several names
 * share has a row by its `limit_owner`, which `starts` and `holds` name; keys of such limits have indexes of their own.
 */
export const LIMIT_TABLES: string = `
CREATE INDEX jobs_limited ON jobs (queue, rank, turn) WHERE status = 'waiting' AND limited;
CREATE INDEX jobs_in_line ON jobs (queue, name, (coalesce(rate_key, '')), (coalesce(concurrency_key, '')), rank, turn)
  WHERE status = 'waiting' AND limited;
CREATE INDEX jobs_counted ON jobs (queue, name, concurrency_key) WHERE status = 'active' AND limited;
CREATE INDEX jobs_counted_together ON jobs (queue, concurrency_key)
  WHERE status = 'active' AND limited AND ${isShared('concurrency_key')};
CREATE TABLE limits (
  queue int NOT NULL, name text NOT NULL, published jsonb, was_published boolean NOT NULL DEFAULT false,
  override jsonb, revision bigint NOT NULL DEFAULT 0, paused boolean NOT NULL DEFAULT false,
  held_until float8 NOT NULL DEFAULT 0, opens_at float8, gate_opens_at float8, PRIMARY KEY (queue, name)
) WITH (fillfactor = 50, ${BUSY});
CREATE INDEX limits_live ON limits ((queue + 0)) WHERE NOT paused;
CREATE TABLE lines (
  queue int NOT NULL, name text NOT NULL, rate_key text NOT NULL, concurrency_key text NOT NULL,
  keyed boolean NOT NULL, rank float8 NOT NULL, turn bigint NOT NULL, opens_at float8,
  number float8 NOT NULL DEFAULT 0, arrival bigint NOT NULL DEFAULT ${Number.MIN_SAFE_INTEGER},
  PRIMARY KEY (queue, name, rate_key, concurrency_key)
) WITH (fillfactor = 50, ${BUSY});
CREATE INDEX lines_open ON lines (queue, name, keyed, rank, number, turn, arrival) WHERE opens_at IS NULL;
CREATE INDEX lines_shut ON lines (queue, opens_at) WHERE opens_at IS NOT NULL;
CREATE INDEX lines_shut_by_key ON lines (queue, name, concurrency_key) WHERE opens_at IS NOT NULL;
CREATE INDEX lines_shut_together ON lines (queue, concurrency_key)
  WHERE opens_at IS NOT NULL AND ${isShared('concurrency_key')};
CREATE INDEX lines_rated_together ON lines (queue, rate_key) WHERE opens_at IS NOT NULL AND ${isShared('rate_key')};
CREATE TABLE starts (
  queue int NOT NULL, name text NOT NULL, rate_key text NOT NULL, at float8 NOT NULL, job text NOT NULL,
  fencing_token float8 NOT NULL, PRIMARY KEY (queue, name, rate_key, at, job, fencing_token)
) WITH (${BUSY});
CREATE TABLE openings (
  queue int NOT NULL, name text NOT NULL, rate_key text NOT NULL, concurrency_key text NOT NULL,
  given_back boolean NOT NULL, at float8, job text NOT NULL, fencing_token float8 NOT NULL
) WITH (${BUSY});
CREATE INDEX openings_by_queue ON openings (queue);
CREATE TABLE holds (
  queue int NOT NULL, name text NOT NULL, kind text NOT NULL, key text NOT NULL, until float8 NOT NULL,
  PRIMARY KEY (queue, name, kind, key)
);
`;
