import { isShared } from '../limits/shared-limit.ts';

/** Opens the lines of a strict key that a job held, of its name and of all names that share the limit. */
const OPEN_KEY = `UPDATE philjs_jobs_lines SET opens_at = NULL
    WHERE opens_at IS NOT NULL AND queue = OLD.queue AND name = OLD.name AND concurrency_key = OLD.held_key;
  UPDATE philjs_jobs_lines SET opens_at = NULL WHERE opens_at IS NOT NULL AND queue = OLD.queue
    AND ${isShared('concurrency_key')} AND concurrency_key = OLD.held_key;`;

/**
 * Lists the SQL that brings a file from each version of the schema to the next: the first step makes version 1 in a file
 * without tables of this package. Until the first release that step is edited in place: a file made before such an edit is
 * refused. From then on a step never changes, and each change adds one.
 *
 * `made` and `mark` tell of a file that was copied over another one: see `StoredMark`.
 *
 * Within its state a job is ordered by `rank` (its meaning depends on the state) and, among jobs of one
 * rank, by `turn`, a new number whenever the job moves. JSON is stored as text. The code that moves jobs updates
 * `counts` once a transaction, since triggers would run for every row: the jobs of each state, the finished jobs of each state
 * and name ('completed send-mail'), and the first and the last turn. They are in one table so that they are on one page.
 *
 * A name with limits has a row in `limits`. Its waiting jobs are sorted into `lines`, one for each pair of keys, by the
 * exchange that meets them first (`limited` is 1 then); its active jobs that count are `limited` too. The position of
 * a line is that of its first job or an earlier one. `opens_at` is when something shut may be looked at again; the
 * largest integer stands for an event. Only jobs of such names cost anything. A limit that several names share has a row
 * by its `limitOwner`, which `starts` and `holds` name; keys of such limits have indexes of their own.
 *
 * A job that keeps the slot of its strict key between its runs, or after it has failed, has it as `held_key` in place of
 * `concurrency_key`: so it starts without waiting for that. One that failed is `held` then.
 *
 * A job with tags has a row in `tags` for each, of its `key`; other jobs have none.
 *
 * A job that waits for others has a row in `edges` for each of them, and counts them: `waits_for` is their number, `open`
 * of them have not ended, `doom` of them fail it, `spared` did not complete and do not; `doomed` is 1 once it was handed out to fail. `awaited` is the number
 * of jobs that have not ended and wait for it; while there are any, it is `held` when it ends. A job that was removed
 * leaves its id and name in `edges`. The indexes `…jobs_to_release` and `…jobs_to_let_go` are the lists of what is to be
 * done: the step that changes a count puts a job on them.
 *
 * In a queue with a `policy` a waiting job stands by `class`, and by `number`; in a fair order `number` is null and its key
 * has a row in `shares`, whose `head_number` is that of its `head`, its first job that no limits keep apart. Jobs that limits
 * keep apart are in `share_lines`. `charge` of an active job is what its share was before its start, and when that was charged.
 * `moved_…` is how far the waiting jobs are moved to an order that was set.
 */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE philjs_jobs (
    version INTEGER NOT NULL, fingerprint TEXT NOT NULL, made TEXT NOT NULL, mark INTEGER NOT NULL
  );
  INSERT INTO philjs_jobs VALUES (0, '', hex(randomblob(16)), 0);
  CREATE TABLE philjs_jobs_queues (
    queue INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, paused INTEGER NOT NULL DEFAULT 0,
    schedule_revision INTEGER NOT NULL DEFAULT 0, policy TEXT, age_per_priority REAL,
    order_revision INTEGER NOT NULL DEFAULT 0, moved_rank INTEGER, moved_turn INTEGER
  );
  CREATE TABLE philjs_jobs_jobs (
    key INTEGER PRIMARY KEY, queue INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
    status TEXT NOT NULL, rank INTEGER NOT NULL, turn INTEGER NOT NULL, ready_turn INTEGER,
    version INTEGER NOT NULL, priority INTEGER NOT NULL, created_at INTEGER NOT NULL,
    run_at INTEGER NOT NULL, max_attempts INTEGER NOT NULL,
    attempts_made INTEGER NOT NULL DEFAULT 0, fencing_token INTEGER NOT NULL DEFAULT 0,
    stalled_count INTEGER NOT NULL DEFAULT 0, processed_at INTEGER, finished_at INTEGER,
    expires_at INTEGER, lease_until INTEGER, holder TEXT, snooze_reason TEXT,
    deduplication_key TEXT, deduplication TEXT, concurrency_key TEXT, held_key TEXT, rate_key TEXT, parent_id TEXT,
    keep_completed TEXT NOT NULL, keep_failed TEXT NOT NULL, keep_cancelled TEXT NOT NULL,
    payload TEXT, metadata TEXT, progress TEXT, result TEXT, error TEXT, failures TEXT, cancel_requested TEXT,
    limited INTEGER NOT NULL DEFAULT 0, timeout_ms REAL, tags TEXT,
    waits_for INTEGER, open INTEGER NOT NULL DEFAULT 0, doom INTEGER NOT NULL DEFAULT 0, spared INTEGER NOT NULL DEFAULT 0,
    doomed INTEGER NOT NULL DEFAULT 0, awaited INTEGER, held INTEGER NOT NULL DEFAULT 0,
    fair_key TEXT, weight REAL, deadline_at INTEGER, class INTEGER, number REAL, arrived_at INTEGER, charge TEXT
  );
  CREATE UNIQUE INDEX philjs_jobs_jobs_by_id ON philjs_jobs_jobs (queue, id);
  CREATE INDEX philjs_jobs_jobs_by_place ON philjs_jobs_jobs (queue, status, limited, rank, turn);
  CREATE INDEX philjs_jobs_jobs_by_name ON philjs_jobs_jobs (queue, status, name, rank, turn)
    WHERE finished_at IS NOT NULL AND held = 0;
  CREATE INDEX philjs_jobs_jobs_by_lease ON philjs_jobs_jobs (queue, lease_until) WHERE status = 'active';
  CREATE INDEX philjs_jobs_jobs_in_line ON philjs_jobs_jobs (queue, name, rate_key, concurrency_key, rank, turn)
    WHERE limited = 1 AND status = 'waiting';
  CREATE INDEX philjs_jobs_jobs_counted ON philjs_jobs_jobs (queue, name, concurrency_key)
    WHERE limited = 1 AND status = 'active';
  CREATE INDEX philjs_jobs_jobs_counted_together ON philjs_jobs_jobs (queue, concurrency_key)
    WHERE limited = 1 AND status = 'active' AND ${isShared('concurrency_key')};
  CREATE INDEX philjs_jobs_jobs_by_held_key ON philjs_jobs_jobs (queue, held_key) WHERE held_key IS NOT NULL;
  CREATE INDEX philjs_jobs_jobs_to_release ON philjs_jobs_jobs (queue, turn)
    WHERE status = 'blocked' AND (open = 0 OR doom > 0);
  CREATE INDEX philjs_jobs_jobs_to_let_go ON philjs_jobs_jobs (queue) WHERE held = 1 AND awaited = 0 AND held_key IS NULL;
  CREATE INDEX philjs_jobs_jobs_by_number ON philjs_jobs_jobs (queue, limited, class, number, turn)
    WHERE status = 'waiting' AND number IS NOT NULL;
  CREATE INDEX philjs_jobs_jobs_by_number_in_line
    ON philjs_jobs_jobs (queue, name, rate_key, concurrency_key, class, number, turn)
    WHERE limited = 1 AND status = 'waiting' AND number IS NOT NULL;
  CREATE INDEX philjs_jobs_jobs_of_key ON philjs_jobs_jobs (queue, class, fair_key, turn, weight)
    WHERE limited = 0 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL;
  CREATE INDEX philjs_jobs_jobs_of_key_in_line
    ON philjs_jobs_jobs (queue, class, fair_key, name, rate_key, concurrency_key, turn)
    WHERE limited = 1 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL;
  CREATE TABLE philjs_jobs_counts (
    queue INTEGER, status TEXT, jobs INTEGER NOT NULL, PRIMARY KEY (queue, status)
  ) WITHOUT ROWID;
  CREATE TABLE philjs_jobs_keys (
    queue INTEGER, key TEXT, job TEXT NOT NULL, mode TEXT NOT NULL, free_at INTEGER, fencing_token INTEGER NOT NULL,
    PRIMARY KEY (queue, key)
  ) WITHOUT ROWID;
  CREATE INDEX philjs_jobs_keys_by_end ON philjs_jobs_keys (queue, free_at) WHERE free_at IS NOT NULL;
  CREATE TABLE philjs_jobs_tags (queue INTEGER, tag TEXT, job INTEGER, PRIMARY KEY (queue, tag, job)) WITHOUT ROWID;
  CREATE TRIGGER philjs_jobs_tags_go_with_jobs AFTER DELETE ON philjs_jobs_jobs WHEN OLD.tags IS NOT NULL BEGIN
    DELETE FROM philjs_jobs_tags
      WHERE queue = OLD.queue AND job = OLD.key AND tag IN (SELECT value FROM json_each(OLD.tags));
  END;
  CREATE TABLE philjs_jobs_logs (line INTEGER PRIMARY KEY, job INTEGER NOT NULL, text TEXT NOT NULL);
  CREATE INDEX philjs_jobs_logs_by_job ON philjs_jobs_logs (job, line);
  CREATE TABLE philjs_jobs_steps (job INTEGER, key TEXT, text TEXT NOT NULL, PRIMARY KEY (job, key)) WITHOUT ROWID;
  CREATE TRIGGER philjs_jobs_logs_go_with_jobs AFTER DELETE ON philjs_jobs_jobs BEGIN
    DELETE FROM philjs_jobs_logs WHERE job = OLD.key;
    DELETE FROM philjs_jobs_steps WHERE job = OLD.key;
  END;
  CREATE TABLE philjs_jobs_edges (
    dependant INTEGER, position INTEGER, dependency INTEGER, queue INTEGER NOT NULL, id TEXT NOT NULL,
    name TEXT NOT NULL, is_vital INTEGER NOT NULL, is_child INTEGER NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (dependant, position)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX philjs_jobs_edges_by_dependency ON philjs_jobs_edges (dependency, dependant)
    WHERE dependency IS NOT NULL;
  CREATE TRIGGER philjs_jobs_edges_go_with_jobs AFTER DELETE ON philjs_jobs_jobs
    WHEN OLD.waits_for IS NOT NULL OR OLD.awaited IS NOT NULL
  BEGIN
    DELETE FROM philjs_jobs_edges WHERE dependant = OLD.key;
    UPDATE philjs_jobs_edges SET dependency = NULL WHERE dependency = OLD.key;
  END;
  CREATE TABLE philjs_jobs_limits (
    queue INTEGER, name TEXT, published TEXT, was_published INTEGER NOT NULL DEFAULT 0, override TEXT,
    revision INTEGER NOT NULL DEFAULT 0, paused INTEGER NOT NULL DEFAULT 0,
    held_until INTEGER NOT NULL DEFAULT 0, opens_at INTEGER, gate_opens_at INTEGER, PRIMARY KEY (queue, name)
  ) WITHOUT ROWID;
  CREATE INDEX philjs_jobs_limits_by_opening ON philjs_jobs_limits (queue, opens_at);
  CREATE INDEX philjs_jobs_limits_by_gate ON philjs_jobs_limits (queue, gate_opens_at) WHERE gate_opens_at IS NOT NULL;
  CREATE TABLE philjs_jobs_lines (
    queue INTEGER, name TEXT, rate_key TEXT, concurrency_key TEXT, keyed INTEGER NOT NULL, rank INTEGER NOT NULL,
    number REAL NOT NULL, turn INTEGER NOT NULL, arrival INTEGER NOT NULL, opens_at INTEGER,
    PRIMARY KEY (queue, name, rate_key, concurrency_key)
  ) WITHOUT ROWID;
  CREATE INDEX philjs_jobs_lines_open ON philjs_jobs_lines (queue, name, keyed, rank, number, turn, arrival)
    WHERE opens_at IS NULL;
  CREATE INDEX philjs_jobs_lines_shut ON philjs_jobs_lines (queue, opens_at) WHERE opens_at IS NOT NULL;
  CREATE INDEX philjs_jobs_lines_shut_by_key ON philjs_jobs_lines (queue, name, concurrency_key)
    WHERE opens_at IS NOT NULL;
  CREATE INDEX philjs_jobs_lines_shut_by_shared_concurrency_key ON philjs_jobs_lines (queue, concurrency_key)
    WHERE opens_at IS NOT NULL AND ${isShared('concurrency_key')};
  CREATE INDEX philjs_jobs_lines_shut_by_shared_rate_key ON philjs_jobs_lines (queue, rate_key)
    WHERE opens_at IS NOT NULL AND ${isShared('rate_key')};
  CREATE TRIGGER philjs_jobs_lines_open_with_keys AFTER UPDATE OF held_key ON philjs_jobs_jobs
    WHEN OLD.held_key IS NOT NULL AND NEW.held_key IS NOT OLD.held_key BEGIN ${OPEN_KEY} END;
  CREATE TRIGGER philjs_jobs_lines_open_without_jobs AFTER DELETE ON philjs_jobs_jobs WHEN OLD.held_key IS NOT NULL
    BEGIN ${OPEN_KEY} END;
  CREATE TABLE philjs_jobs_starts (
    queue INTEGER, name TEXT, rate_key TEXT, at INTEGER, job TEXT, fencing_token INTEGER,
    PRIMARY KEY (queue, name, rate_key, at, job, fencing_token)
  ) WITHOUT ROWID;
  CREATE TABLE philjs_jobs_holds (
    queue INTEGER, name TEXT, kind TEXT, key TEXT, until INTEGER NOT NULL, PRIMARY KEY (queue, name, kind, key)
  ) WITHOUT ROWID;
  CREATE TABLE philjs_jobs_slots (
    queue INTEGER, key TEXT, slot INTEGER, at INTEGER NOT NULL, PRIMARY KEY (queue, key, slot)
  ) WITHOUT ROWID;
  CREATE TABLE philjs_jobs_windows (
    queue INTEGER, key TEXT, idle_at INTEGER NOT NULL, PRIMARY KEY (queue, key)
  ) WITHOUT ROWID;
  CREATE INDEX philjs_jobs_windows_by_end ON philjs_jobs_windows (queue, idle_at);
  CREATE TABLE philjs_jobs_fair_classes (
    queue INTEGER, class INTEGER, virtual_time REAL NOT NULL, PRIMARY KEY (queue, class)
  ) WITHOUT ROWID;
  CREATE TABLE philjs_jobs_shares (
    share INTEGER PRIMARY KEY, queue INTEGER NOT NULL, class INTEGER NOT NULL, key TEXT NOT NULL, base REAL NOT NULL,
    since INTEGER NOT NULL, head_number REAL, head INTEGER, head_turn INTEGER, UNIQUE (queue, class, key)
  );
  CREATE INDEX philjs_jobs_shares_by_number ON philjs_jobs_shares (queue, class, head_number, since)
    WHERE head_number IS NOT NULL;
  CREATE TABLE philjs_jobs_share_lines (
    queue INTEGER, class INTEGER, key TEXT, name TEXT, rate_key TEXT, concurrency_key TEXT, number REAL NOT NULL,
    since INTEGER NOT NULL, PRIMARY KEY (queue, class, key, name, rate_key, concurrency_key)
  ) WITHOUT ROWID;
  CREATE INDEX philjs_jobs_share_lines_by_number
    ON philjs_jobs_share_lines (queue, name, rate_key, concurrency_key, class, number, since);
  CREATE TABLE philjs_jobs_metrics (
    queue INTEGER, minute INTEGER, name TEXT, bucket TEXT NOT NULL, PRIMARY KEY (queue, minute, name)
  ) WITHOUT ROWID;
  CREATE TABLE philjs_jobs_schedules (
    queue INTEGER, id TEXT, job_name TEXT NOT NULL, spec TEXT NOT NULL, state TEXT NOT NULL,
    next_at INTEGER, revision INTEGER NOT NULL, PRIMARY KEY (queue, id)
  ) WITHOUT ROWID;
  CREATE INDEX philjs_jobs_schedules_by_next ON philjs_jobs_schedules (queue, next_at, revision)
    WHERE next_at IS NOT NULL;
  CREATE TABLE philjs_jobs_ticks (
    entry INTEGER PRIMARY KEY, queue INTEGER NOT NULL, schedule TEXT NOT NULL, tick_at INTEGER NOT NULL,
    detail TEXT NOT NULL, UNIQUE (queue, schedule, tick_at)
  );
  CREATE INDEX philjs_jobs_ticks_by_time ON philjs_jobs_ticks (queue, tick_at, entry);
  CREATE INDEX philjs_jobs_ticks_by_entry ON philjs_jobs_ticks (queue, schedule, entry);
  CREATE TABLE philjs_jobs_runs (
    run INTEGER PRIMARY KEY, queue INTEGER NOT NULL, schedule TEXT NOT NULL, job TEXT NOT NULL,
    UNIQUE (queue, schedule, job)
  );
  CREATE TABLE philjs_jobs_workers (
    queue INTEGER, id TEXT, info TEXT NOT NULL, started_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, asked TEXT,
    PRIMARY KEY (queue, id)
  ) WITHOUT ROWID;
  CREATE TABLE philjs_jobs_listeners (
    queue INTEGER, id TEXT, position INTEGER NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (queue, id)
  ) WITHOUT ROWID;
  CREATE TABLE philjs_jobs_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, event TEXT NOT NULL
  );
  CREATE INDEX philjs_jobs_events_by_queue ON philjs_jobs_events (queue, position);
  `,
];
