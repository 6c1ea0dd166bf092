/**
 * The table of what steps leave. A job that has any is `stepped`, so that the trigger which removes them with it costs the others
 * nothing. `signals` are the keys of its entries that came from outside: the step that records a snooze looks there, in the
 * row that it has locked, since a signal may be stored while it waits for that lock.
 */
export const STEP_TABLES: string = `
ALTER TABLE jobs ADD COLUMN stepped boolean NOT NULL DEFAULT false, ADD COLUMN signals text[];
CREATE TABLE steps (
  queue int NOT NULL, job text NOT NULL, key text NOT NULL, text text NOT NULL, PRIMARY KEY (queue, job, key)
);
CREATE OR REPLACE FUNCTION drop_steps() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM steps s WHERE s.queue = OLD.queue AND s.job = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER steps_go_with_jobs AFTER DELETE ON jobs FOR EACH ROW WHEN (OLD.stepped) EXECUTE FUNCTION drop_steps();
`;
