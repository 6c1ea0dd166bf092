/**
 * Defines the tables. Jobs of one state are ordered by `rank` (its meaning depends on the state) and, with
 * equal rank, by `turn`, which is new whenever the job moves. JSON is stored as text.
 */
export const SCHEMA: string = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS jobs (
    queue TEXT, id TEXT, name TEXT, status TEXT, rank INTEGER, turn INTEGER,
    payload TEXT, version INTEGER, priority INTEGER, metadata TEXT, parentId TEXT,
    timeoutMs REAL, tags TEXT,
    createdAt INTEGER, runAt INTEGER, processedAt INTEGER, finishedAt INTEGER, expiresAt INTEGER,
    leaseUntil INTEGER, maxAttempts INTEGER, attemptsMade INTEGER DEFAULT 0,
    fencingToken INTEGER DEFAULT 0, stalledCount INTEGER DEFAULT 0,
    progress TEXT, result TEXT, error TEXT, failures TEXT, snoozeReason TEXT, cancelRequested TEXT,
    keepCompleted TEXT, keepFailed TEXT, keepCancelled TEXT,
    PRIMARY KEY (queue, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_place ON jobs (queue, status, rank, turn);
  CREATE INDEX IF NOT EXISTS by_name ON jobs (queue, status, name, rank, turn);
  CREATE INDEX IF NOT EXISTS by_turn ON jobs (queue, turn);
  CREATE TABLE IF NOT EXISTS counts (
    queue TEXT, status TEXT, name TEXT, jobs INTEGER, PRIMARY KEY (queue, status, name)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS logs (line INTEGER PRIMARY KEY, queue TEXT, id TEXT, text TEXT);
  CREATE INDEX IF NOT EXISTS by_job ON logs (queue, id, line);
  CREATE TABLE IF NOT EXISTS paused (queue TEXT PRIMARY KEY) WITHOUT ROWID;

  CREATE TRIGGER IF NOT EXISTS job_added AFTER INSERT ON jobs BEGIN
    INSERT INTO counts VALUES (NEW.queue, NEW.status, NEW.name, 1) ON CONFLICT DO UPDATE SET jobs = jobs + 1;
  END;
  CREATE TRIGGER IF NOT EXISTS job_removed AFTER DELETE ON jobs BEGIN
    UPDATE counts SET jobs = jobs - 1 WHERE queue = OLD.queue AND status = OLD.status AND name = OLD.name;
    DELETE FROM logs WHERE queue = OLD.queue AND id = OLD.id;
  END;
  CREATE TRIGGER IF NOT EXISTS job_moved AFTER UPDATE OF status ON jobs BEGIN
    UPDATE counts SET jobs = jobs - 1 WHERE queue = OLD.queue AND status = OLD.status AND name = OLD.name;
    INSERT INTO counts VALUES (NEW.queue, NEW.status, NEW.name, 1) ON CONFLICT DO UPDATE SET jobs = jobs + 1;
  END;
`;
