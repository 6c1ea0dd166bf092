import { BUSY } from './tables.ts';

/**
 * The tables of orders. A queue has a `policy`. Each of its jobs that has not ended stands in it by `class`; in a fair order
 * `number` is null and its key has a row in `shares`, else `number` sorts it. Jobs of a queue without an order, or first
 * in, first out, have no `class`. `number` of a share is that of the first job of its key which no limits keep apart; those
 * that they do are in `share_lines`. `arrivals` lists what has changed for shares since the last exchange: only that one
 * writes to the other tables, under the lock of the limits. `charge` of an active job is what its share was before its
 * start, and when that was charged. `moved_…` is how far the jobs are moved to an order that was set.
 */
export const ORDER_TABLES: string = `
CREATE INDEX jobs_numbered ON jobs (queue, class, number, turn)
  WHERE status = 'waiting' AND NOT limited AND number IS NOT NULL;
CREATE INDEX jobs_numbered_limited ON jobs (queue, class, number, turn)
  WHERE status = 'waiting' AND limited AND number IS NOT NULL;
CREATE INDEX jobs_numbered_in_line ON jobs
  (queue, name, (coalesce(rate_key, '')), (coalesce(concurrency_key, '')), class, number, turn)
  WHERE status = 'waiting' AND limited AND number IS NOT NULL;
CREATE INDEX jobs_of_key ON jobs (queue, class, (coalesce(fair_key, '')), turn)
  WHERE status = 'waiting' AND NOT limited AND class IS NOT NULL AND number IS NULL;
CREATE INDEX jobs_of_key_in_line ON jobs
  (queue, class, (coalesce(fair_key, '')), name, (coalesce(rate_key, '')), (coalesce(concurrency_key, '')), turn)
  WHERE status = 'waiting' AND limited AND class IS NOT NULL AND number IS NULL;
CREATE TABLE fair_classes (
  queue int NOT NULL, class float8 NOT NULL, virtual_time float8 NOT NULL,
  low float8 NOT NULL DEFAULT '-Infinity', seen bigint NOT NULL DEFAULT 0, settling bigint, PRIMARY KEY (queue, class)
) WITH (fillfactor = 30, ${BUSY});
CREATE TABLE shares (
  queue int NOT NULL, class float8 NOT NULL, key text NOT NULL, base float8 NOT NULL, since bigint NOT NULL, number float8,
  PRIMARY KEY (queue, class, key)
) WITH (fillfactor = 50, ${BUSY});
CREATE INDEX shares_by_number ON shares (queue, class, number, since) WHERE number IS NOT NULL;
CREATE TABLE share_lines (
  queue int NOT NULL, name text NOT NULL, rate_key text NOT NULL, concurrency_key text NOT NULL, class float8 NOT NULL,
  key text NOT NULL, number float8 NOT NULL, since bigint NOT NULL,
  PRIMARY KEY (queue, class, key, name, rate_key, concurrency_key)
) WITH (fillfactor = 50, ${BUSY});
CREATE INDEX share_lines_by_number ON share_lines (queue, name, rate_key, concurrency_key, class, number, since);
CREATE TABLE arrivals (
  entry bigint GENERATED ALWAYS AS IDENTITY, queue int NOT NULL, class float8 NOT NULL, key text NOT NULL, kind text NOT NULL,
  base float8, since bigint, at bigint, added bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
  PRIMARY KEY (queue, added, entry)
) WITH (${BUSY});
`;
