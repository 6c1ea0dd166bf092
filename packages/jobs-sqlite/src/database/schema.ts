/**
 * Lists the SQL that brings a file from each version of the schema to the next: the first entry makes version 1
 * from an empty file. A released entry never changes; every change adds an entry.
 *
 * Within its state a job is ordered by `rank` (its meaning depends on the state) and, among jobs of one
 * rank, by `turn`, a new number whenever the job moves. JSON is stored as text. The code that moves jobs updates
 * `counts` once a transaction, since triggers would run for every row: the jobs of each state, the finished jobs of each state
 * and name ('completed send-mail'), and the first and the last turn. They are in one table so that they are on one page.
 *
 * A name with limits has a row in `limits`. Its waiting jobs are sorted into `lines`, one for each pair of keys, by the
 * exchange that meets them first (`limited` is 1 then); its active jobs that count are `limited` too. The position of
 * a line is that of its first job or an earlier one. `opens_at` is when something shut may be looked at again; the
 * largest integer stands for an event. Only jobs of such names cost anything.
 *
 * A job with tags has a row in `tags` for each, of its `key`; other jobs have none.
 *
 * A job that waits for others has a row in `edges` for each of them, and counts them: `waits_for` is their number, `open`
 * of them have not ended, `doom` of them fail it; `doomed` is 1 once it was handed out to fail. `awaited` is the number
 * of jobs that have not ended and wait for it; while there are any, it is `held` when it ends. A job that was removed
 * leaves its id and name in `edges`. The indexes `jobs_to_release` and `jobs_to_let_go` are the lists of what is to be
 * done: the step that changes a count puts a job on them.
 *
 * In a queue with a `policy` a waiting job stands by `class`, and by `number`; in a fair order `number` is null and its key
 * has a row in `shares`, whose `head_number` is that of its `head`, its first job that no limits keep apart. Those jobs are in
 * `share_jobs`; the ones before the head there have started, `passed` of them, and go several at once. Shares whose jobs start
 * one after the other may be in a `share_group`, each in a `seat`: the row of the group tells then where they stand and what
 * their next jobs are (`members`, which `ShareGroup` lays out), and their own rows tell no more than that. Jobs that limits keep
 * apart are in `share_lines`. `charge` of an active job is what its share was before its start, and when that was charged. `moved_…` is
 * how far the waiting jobs are moved to an order that was set.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE queues (
    queue INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, paused INTEGER NOT NULL DEFAULT 0,
    first_turn INTEGER NOT NULL DEFAULT 0, last_turn INTEGER NOT NULL DEFAULT 0,
    schedule_revision INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE jobs (
    key INTEGER PRIMARY KEY, queue INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
    status TEXT NOT NULL, rank INTEGER NOT NULL, turn INTEGER NOT NULL, ready_turn INTEGER,
    version INTEGER NOT NULL, priority INTEGER NOT NULL, created_at INTEGER NOT NULL,
    run_at INTEGER NOT NULL, max_attempts INTEGER NOT NULL,
    attempts_made INTEGER NOT NULL DEFAULT 0, fencing_token INTEGER NOT NULL DEFAULT 0,
    stalled_count INTEGER NOT NULL DEFAULT 0, processed_at INTEGER, finished_at INTEGER,
    expires_at INTEGER, lease_until INTEGER, holder TEXT, snooze_reason TEXT,
    deduplication_key TEXT, deduplication TEXT, concurrency_key TEXT, rate_key TEXT, parent_id TEXT, keep_completed TEXT NOT NULL, keep_failed TEXT NOT NULL,
    keep_cancelled TEXT NOT NULL,
    payload TEXT, metadata TEXT, progress TEXT, result TEXT, error TEXT, failures TEXT,
    cancel_requested TEXT
  );
  CREATE UNIQUE INDEX jobs_by_id ON jobs (queue, id);
  CREATE INDEX jobs_by_place ON jobs (queue, status, rank, turn);
  CREATE INDEX jobs_by_name ON jobs (queue, status, name, rank, turn) WHERE finished_at IS NOT NULL;
  CREATE INDEX jobs_by_lease ON jobs (queue, lease_until) WHERE status = 'active';
  CREATE TABLE counts (
    queue INTEGER, status TEXT, jobs INTEGER NOT NULL, PRIMARY KEY (queue, status)
  ) WITHOUT ROWID;
  CREATE TABLE kept (
    queue INTEGER, status TEXT, name TEXT, jobs INTEGER NOT NULL, PRIMARY KEY (queue, status, name)
  ) WITHOUT ROWID;
  CREATE TABLE keys (
    queue INTEGER, key TEXT, job TEXT NOT NULL, mode TEXT NOT NULL, free_at INTEGER,
    fencing_token INTEGER NOT NULL,
    PRIMARY KEY (queue, key)
  ) WITHOUT ROWID;
  CREATE INDEX keys_by_end ON keys (queue, free_at) WHERE free_at IS NOT NULL;
  CREATE TABLE logs (line INTEGER PRIMARY KEY, job INTEGER NOT NULL, text TEXT NOT NULL);
  CREATE INDEX logs_by_job ON logs (job, line);
  CREATE TRIGGER logs_go_with_jobs AFTER DELETE ON jobs BEGIN
    DELETE FROM logs WHERE job = OLD.key;
  END;
  CREATE TABLE slots (
    queue INTEGER, key TEXT, slot INTEGER, at INTEGER NOT NULL, PRIMARY KEY (queue, key, slot)
  ) WITHOUT ROWID;
  CREATE TABLE windows (
    queue INTEGER, key TEXT, idle_at INTEGER NOT NULL, PRIMARY KEY (queue, key)
  ) WITHOUT ROWID;
  CREATE INDEX windows_by_end ON windows (queue, idle_at);
  CREATE TABLE metrics (
    queue INTEGER, minute INTEGER, name TEXT, bucket TEXT NOT NULL, PRIMARY KEY (queue, minute, name)
  ) WITHOUT ROWID;
  CREATE TABLE schedules (
    queue INTEGER, id TEXT, job_name TEXT NOT NULL, spec TEXT NOT NULL, state TEXT NOT NULL,
    next_at INTEGER, revision INTEGER NOT NULL, PRIMARY KEY (queue, id)
  ) WITHOUT ROWID;
  CREATE INDEX schedules_by_next ON schedules (queue, next_at, revision) WHERE next_at IS NOT NULL;
  CREATE TABLE ticks (
    entry INTEGER PRIMARY KEY, queue INTEGER NOT NULL, schedule TEXT NOT NULL, tick_at INTEGER NOT NULL,
    detail TEXT NOT NULL, UNIQUE (queue, schedule, tick_at)
  );
  CREATE INDEX ticks_by_time ON ticks (queue, tick_at, entry);
  CREATE INDEX ticks_by_entry ON ticks (queue, schedule, entry);
  CREATE TABLE runs (
    run INTEGER PRIMARY KEY, queue INTEGER NOT NULL, schedule TEXT NOT NULL, job TEXT NOT NULL,
    UNIQUE (queue, schedule, job)
  );
  CREATE TABLE workers (
    queue INTEGER, id TEXT, info TEXT NOT NULL, started_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,
    PRIMARY KEY (queue, id)
  ) WITHOUT ROWID;
  CREATE TABLE listeners (
    queue INTEGER, id TEXT, position INTEGER NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (queue, id)
  ) WITHOUT ROWID;
  CREATE TABLE events (position INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, event TEXT NOT NULL);
  CREATE INDEX events_by_queue ON events (queue, position);
  `,
  `
  ALTER TABLE jobs ADD COLUMN limited INTEGER NOT NULL DEFAULT 0;
  DROP INDEX jobs_by_place;
  CREATE INDEX jobs_by_place ON jobs (queue, status, limited, rank, turn);
  CREATE INDEX jobs_in_line ON jobs (queue, name, rate_key, concurrency_key, rank, turn)
    WHERE limited = 1 AND status = 'waiting';
  CREATE INDEX jobs_counted ON jobs (queue, name, concurrency_key) WHERE limited = 1 AND status = 'active';
  CREATE TABLE limits (
    queue INTEGER, name TEXT, published TEXT, was_published INTEGER NOT NULL DEFAULT 0, override TEXT,
    revision INTEGER NOT NULL DEFAULT 0, paused INTEGER NOT NULL DEFAULT 0,
    held_until INTEGER NOT NULL DEFAULT 0, opens_at INTEGER, gate_opens_at INTEGER, PRIMARY KEY (queue, name)
  ) WITHOUT ROWID;
  CREATE TABLE lines (
    queue INTEGER, name TEXT, rate_key TEXT, concurrency_key TEXT, keyed INTEGER NOT NULL,
    rank INTEGER NOT NULL, turn INTEGER NOT NULL, opens_at INTEGER,
    PRIMARY KEY (queue, name, rate_key, concurrency_key)
  ) WITHOUT ROWID;
  CREATE INDEX lines_open ON lines (queue, name, keyed, rank, turn) WHERE opens_at IS NULL;
  CREATE INDEX lines_shut ON lines (queue, opens_at) WHERE opens_at IS NOT NULL;
  CREATE INDEX lines_shut_by_key ON lines (queue, name, concurrency_key) WHERE opens_at IS NOT NULL;
  CREATE TABLE starts (
    queue INTEGER, name TEXT, rate_key TEXT, at INTEGER, job TEXT, fencing_token INTEGER,
    PRIMARY KEY (queue, name, rate_key, at, job, fencing_token)
  ) WITHOUT ROWID;
  CREATE TABLE holds (
    queue INTEGER, name TEXT, kind TEXT, key TEXT, until INTEGER NOT NULL, PRIMARY KEY (queue, name, kind, key)
  ) WITHOUT ROWID;
  `,
  `
  ALTER TABLE jobs ADD COLUMN timeout_ms REAL;
  ALTER TABLE jobs ADD COLUMN tags TEXT;
  ALTER TABLE workers ADD COLUMN asked TEXT;
  `,
  `
  CREATE TABLE tags (queue INTEGER, tag TEXT, job INTEGER, PRIMARY KEY (queue, tag, job)) WITHOUT ROWID;
  INSERT OR IGNORE INTO tags SELECT jobs.queue, tag.value, jobs.key FROM jobs, json_each(jobs.tags) AS tag WHERE jobs.tags IS NOT NULL;
  CREATE TRIGGER tags_go_with_jobs AFTER DELETE ON jobs WHEN OLD.tags IS NOT NULL BEGIN
    DELETE FROM tags WHERE queue = OLD.queue AND job = OLD.key AND tag IN (SELECT value FROM json_each(OLD.tags));
  END;
  `,
  `
  ALTER TABLE jobs ADD COLUMN waits_for INTEGER;
  ALTER TABLE jobs ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN doom INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN doomed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN awaited INTEGER;
  ALTER TABLE jobs ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
  DROP INDEX jobs_by_name;
  CREATE INDEX jobs_by_name ON jobs (queue, status, name, rank, turn) WHERE finished_at IS NOT NULL AND held = 0;
  CREATE INDEX jobs_to_release ON jobs (queue, turn) WHERE status = 'blocked' AND (open = 0 OR doom > 0);
  CREATE INDEX jobs_to_let_go ON jobs (queue) WHERE held = 1 AND awaited = 0;
  CREATE TABLE edges (
    dependant INTEGER, position INTEGER, dependency INTEGER, queue INTEGER NOT NULL, id TEXT NOT NULL,
    name TEXT NOT NULL, is_vital INTEGER NOT NULL, is_child INTEGER NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (dependant, position)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX edges_by_dependency ON edges (dependency, dependant) WHERE dependency IS NOT NULL;
  CREATE TRIGGER edges_go_with_jobs AFTER DELETE ON jobs
    WHEN OLD.waits_for IS NOT NULL OR OLD.awaited IS NOT NULL
  BEGIN
    DELETE FROM edges WHERE dependant = OLD.key;
    UPDATE edges SET dependency = NULL WHERE dependency = OLD.key;
  END;
  `,
  `
  ALTER TABLE queues ADD COLUMN policy TEXT;
  ALTER TABLE queues ADD COLUMN age_per_priority REAL;
  ALTER TABLE queues ADD COLUMN order_revision INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE queues ADD COLUMN moved_rank INTEGER;
  ALTER TABLE queues ADD COLUMN moved_turn INTEGER;
  ALTER TABLE jobs ADD COLUMN fair_key TEXT;
  ALTER TABLE jobs ADD COLUMN weight REAL;
  ALTER TABLE jobs ADD COLUMN deadline_at INTEGER;
  ALTER TABLE jobs ADD COLUMN class INTEGER;
  ALTER TABLE jobs ADD COLUMN number REAL;
  ALTER TABLE jobs ADD COLUMN arrived_at INTEGER;
  ALTER TABLE jobs ADD COLUMN charge TEXT;
  CREATE INDEX jobs_by_number ON jobs (queue, limited, class, number, turn)
    WHERE status = 'waiting' AND number IS NOT NULL;
  CREATE INDEX jobs_by_number_in_line ON jobs (queue, name, rate_key, concurrency_key, class, number, turn)
    WHERE limited = 1 AND status = 'waiting' AND number IS NOT NULL;
  CREATE INDEX jobs_of_key ON jobs (queue, class, fair_key, turn, weight)
    WHERE limited = 0 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL;
  CREATE INDEX jobs_of_key_in_line ON jobs (queue, class, fair_key, name, rate_key, concurrency_key, turn)
    WHERE limited = 1 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL;
  ALTER TABLE lines ADD COLUMN number REAL NOT NULL DEFAULT 0;
  DROP INDEX lines_open;
  CREATE INDEX lines_open ON lines (queue, name, keyed, rank, number, turn) WHERE opens_at IS NULL;
  CREATE TABLE fair_classes (queue INTEGER, class INTEGER, virtual_time REAL NOT NULL, PRIMARY KEY (queue, class)) WITHOUT ROWID;
  CREATE TABLE shares (
    queue INTEGER, class INTEGER, key TEXT, base REAL NOT NULL, since INTEGER NOT NULL, number REAL,
    PRIMARY KEY (queue, class, key)
  ) WITHOUT ROWID;
  CREATE INDEX shares_by_number ON shares (queue, class, number, since) WHERE number IS NOT NULL;
  CREATE TABLE share_lines (
    queue INTEGER, class INTEGER, key TEXT, name TEXT, rate_key TEXT, concurrency_key TEXT, number REAL NOT NULL,
    since INTEGER NOT NULL, PRIMARY KEY (queue, class, key, name, rate_key, concurrency_key)
  ) WITHOUT ROWID;
  CREATE INDEX share_lines_by_number ON share_lines (queue, name, rate_key, concurrency_key, class, number, since);
  `,
  `
  INSERT INTO counts SELECT queue, status || ' ' || name, jobs FROM kept;
  INSERT INTO counts SELECT queue, 'first turn', first_turn FROM queues WHERE first_turn <> 0;
  INSERT INTO counts SELECT queue, 'last turn', last_turn FROM queues WHERE last_turn <> 0;
  DROP TABLE kept;
  ALTER TABLE queues DROP COLUMN first_turn;
  ALTER TABLE queues DROP COLUMN last_turn;
  `,
  // Lines that exist go ahead of all others until an exchange looks at them.
  `
  ALTER TABLE lines ADD COLUMN arrival INTEGER NOT NULL DEFAULT ${Number.MIN_SAFE_INTEGER};
  DROP INDEX lines_open;
  CREATE INDEX lines_open ON lines (queue, name, keyed, rank, number, turn, arrival) WHERE opens_at IS NULL;
  `,
  'CREATE TABLE philjs_jobs (version INTEGER NOT NULL); INSERT INTO philjs_jobs VALUES (0)',
  `
  CREATE TABLE share_jobs (
    queue INTEGER, class INTEGER, key TEXT, turn INTEGER, job INTEGER NOT NULL, weight REAL,
    PRIMARY KEY (queue, class, key, turn)
  ) WITHOUT ROWID;
  INSERT INTO share_jobs SELECT queue, class, coalesce(fair_key, ''), turn, key, weight FROM jobs
    WHERE limited = 0 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL ORDER BY 1, 2, 3, 4;
  DROP INDEX jobs_of_key;
  ALTER TABLE shares ADD COLUMN head INTEGER;
  ALTER TABLE shares ADD COLUMN head_turn INTEGER;
  ALTER TABLE shares ADD COLUMN passed INTEGER NOT NULL DEFAULT 0;
  UPDATE shares SET (head, head_turn) = (SELECT job, turn FROM share_jobs
    WHERE queue = shares.queue AND class = shares.class AND key = shares.key ORDER BY turn LIMIT 1);
  UPDATE shares SET number = NULL WHERE head IS NULL;
  ALTER TABLE shares RENAME COLUMN number TO head_number;
  `,
  `
  ALTER TABLE shares ADD COLUMN share_group INTEGER;
  ALTER TABLE shares ADD COLUMN seat INTEGER;
  CREATE TABLE share_groups (
    id INTEGER PRIMARY KEY, queue INTEGER NOT NULL, class INTEGER NOT NULL, base REAL NOT NULL, since INTEGER NOT NULL,
    members BLOB NOT NULL
  );
  CREATE INDEX share_groups_by_base ON share_groups (queue, class, base, since);
  `,
  `
  CREATE INDEX limits_by_opening ON limits (queue, opens_at);
  CREATE INDEX limits_by_gate ON limits (queue, gate_opens_at) WHERE gate_opens_at IS NOT NULL;
  `,
  '-- Groups of shares have another layout. Those of version 12 are read, and written in the new one.',
];
