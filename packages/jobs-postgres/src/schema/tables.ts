/** Makes autovacuum clean the tables that change all the time earlier than by default. */
export const BUSY: string = `autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_insert_scale_factor = 0.2, autovacuum_analyze_scale_factor = 0.1,
  autovacuum_vacuum_cost_delay = 0`;

/**
 * The tables. Within its state a job is ordered by `rank` (its meaning depends on the state) and, among jobs
 * of one rank, by `turn`, a new number whenever the job moves. JSON is stored as text, since `jsonb`
 * takes neither NUL nor half of a surrogate pair. Every change adds a row with its difference to `counts`: rows
 * are never updated, so no two changes wait for each other, and they are summed up now and then. Times are
 * milliseconds by the server's clock. `keep` is age and count of a name, for completed, failed
 * and cancelled, and then the totals over all names. The other files of tables say what their columns of `queues` and `jobs`
 * are for. An exchange takes the rows of its queue out of `unretained`: queues whose retention is to be applied, since a call
 * for another queue let some of their ended jobs go, for which no job waits any more, or one for the queue could not apply it.
 * A holder's last four answers are kept, each in the place of its number. What a
 * worker says of a job whose row a transaction of the user holds stands `apart`: a lease that was renewed, or how the job ended.
 */
export const TABLES: string = `
CREATE SEQUENCE turns;
CREATE SEQUENCE turns_ahead INCREMENT -1;
CREATE TABLE queues (
  queue int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
  paused boolean NOT NULL DEFAULT false, schedule_revision bigint NOT NULL DEFAULT 0,
  policy text, age_per_priority float8, order_revision int NOT NULL DEFAULT 0,
  is_moving boolean NOT NULL DEFAULT false, moved_rank float8, moved_turn bigint, moved_id text
);
CREATE TABLE jobs (
  queue int NOT NULL, id text NOT NULL, name text NOT NULL, status text NOT NULL,
  rank float8 NOT NULL, turn bigint NOT NULL, ready_turn bigint,
  version float8 NOT NULL, priority float8 NOT NULL, created_at float8 NOT NULL, run_at float8 NOT NULL,
  max_attempts float8 NOT NULL, attempts_made float8 NOT NULL DEFAULT 0,
  fencing_token float8 NOT NULL DEFAULT 0, stalled_count float8 NOT NULL DEFAULT 0,
  processed_at float8, finished_at float8, expires_at float8, lease_until float8, holder text,
  snooze_reason text, deduplication_key text, deduplication_mode text, deduplication_ttl float8, concurrency_key text, rate_key text, parent_id text,
  keep float8[] NOT NULL, logged boolean NOT NULL DEFAULT false, payload text, metadata text,
  progress text, result text, error text, failures text, cancel_requested text, timeout_ms float8, tags text[],
  limited boolean NOT NULL DEFAULT false,
  fair_key text, weight float8, deadline_at float8, order_revision int, class float8, number float8, arrived_at float8,
  charge float8[],
  node bigint, waits_for int, open_deps int, failed_deps int, spared_deps int, doomed boolean, awaited int,
  PRIMARY KEY (queue, id)
) WITH (fillfactor = 80, ${BUSY});
CREATE INDEX jobs_waiting ON jobs (queue, rank, turn) WHERE status = 'waiting' AND NOT limited;
CREATE INDEX jobs_delayed ON jobs (queue, rank, turn) WHERE status = 'delayed';
CREATE INDEX jobs_active ON jobs (queue, lease_until) WHERE status = 'active';
CREATE INDEX jobs_finished ON jobs (queue, status, rank, turn)
  WHERE status IN ('completed', 'failed', 'cancelled');
CREATE INDEX jobs_finished_by_name ON jobs (queue, status, name, rank, turn)
  WHERE status IN ('completed', 'failed', 'cancelled');
CREATE INDEX jobs_by_tag ON jobs USING gin (tags) WHERE tags IS NOT NULL;
CREATE TABLE counts (
  queue int NOT NULL, status text NOT NULL, name text NOT NULL, jobs float8 NOT NULL
) WITH (${BUSY});
CREATE INDEX counts_by_queue ON counts (queue);
CREATE TABLE keys (
  queue int NOT NULL, key text NOT NULL, job text NOT NULL, mode text NOT NULL, free_at float8,
  fencing_token float8 NOT NULL,
  PRIMARY KEY (queue, key)
) WITH (${BUSY});
CREATE INDEX keys_by_end ON keys (queue, free_at) WHERE free_at IS NOT NULL;
CREATE TABLE holders (
  queue int NOT NULL, holder text NOT NULL, seen_at float8 NOT NULL, hungry boolean NOT NULL DEFAULT false,
  sequence_0 float8, answer_0 json, sequence_1 float8, answer_1 json,
  sequence_2 float8, answer_2 json, sequence_3 float8, answer_3 json,
  PRIMARY KEY (queue, holder)
) WITH (fillfactor = 30, ${BUSY});
CREATE TABLE workers (
  queue int NOT NULL, id text NOT NULL, info text NOT NULL, started_at float8 NOT NULL,
  seen_at float8 NOT NULL, asked text, PRIMARY KEY (queue, id)
) WITH (fillfactor = 50);
CREATE TABLE apart (
  queue int NOT NULL, job text NOT NULL, fencing_token float8 NOT NULL, lease_until float8, ended json,
  look_at float8 NOT NULL, PRIMARY KEY (queue, job, fencing_token)
);
CREATE TABLE unretained (queue int NOT NULL) WITH (${BUSY});
CREATE INDEX unretained_by_queue ON unretained (queue);
CREATE TABLE listeners (
  queue int NOT NULL, id text NOT NULL, seen_at float8 NOT NULL, PRIMARY KEY (queue, id)
) WITH (fillfactor = 50);
CREATE TABLE large_events (
  event bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at float8 NOT NULL, text text NOT NULL
);
CREATE TABLE logs (
  line bigint GENERATED ALWAYS AS IDENTITY, queue int NOT NULL, job text NOT NULL, text text NOT NULL,
  PRIMARY KEY (queue, job, line)
);
CREATE TABLE windows (
  queue int NOT NULL, key text NOT NULL, slots float8[] NOT NULL, idle_at float8 NOT NULL,
  PRIMARY KEY (queue, key)
) WITH (fillfactor = 50, ${BUSY});
CREATE INDEX windows_by_end ON windows (queue, idle_at);
CREATE TABLE metrics (
  queue int NOT NULL, minute float8 NOT NULL, name text NOT NULL, numbers jsonb NOT NULL,
  PRIMARY KEY (queue, minute, name)
) WITH (fillfactor = 50);
CREATE TABLE schedules (
  queue int NOT NULL, id text NOT NULL, job_name text NOT NULL, spec text NOT NULL, state text NOT NULL,
  next_at float8, revision bigint NOT NULL, PRIMARY KEY (queue, id)
);
CREATE INDEX schedules_by_next ON schedules (queue, next_at, revision) WHERE next_at IS NOT NULL;
CREATE TABLE ticks (
  entry bigint GENERATED ALWAYS AS IDENTITY, queue int NOT NULL, schedule text NOT NULL,
  tick_at float8 NOT NULL, detail text NOT NULL, PRIMARY KEY (queue, schedule, tick_at)
);
CREATE INDEX ticks_by_time ON ticks (queue, tick_at, entry);
CREATE INDEX ticks_by_entry ON ticks (queue, schedule, entry);
CREATE TABLE runs (
  run bigint GENERATED ALWAYS AS IDENTITY, queue int NOT NULL, schedule text NOT NULL, job text NOT NULL,
  PRIMARY KEY (queue, schedule, job)
);
`;
