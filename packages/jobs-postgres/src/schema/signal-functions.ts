/** SQL functions that notify other processes: by NOTIFY, in the order of the commits, and only while one listens. */
export const SIGNAL_FUNCTIONS: string = `
CREATE OR REPLACE FUNCTION now_ms() RETURNS float8 LANGUAGE sql VOLATILE AS
  $$ SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 $$;

CREATE OR REPLACE FUNCTION channel(p_queue int) RETURNS text LANGUAGE sql STABLE SET search_path FROM CURRENT AS
  $$ SELECT 'philjs_jobs_' || left(md5(current_schema()), 12) || '_' || p_queue $$;

-- A worker that waits for work says so, and is woken; without one no NOTIFY is sent, since commits with one wait
-- for each other. The lock is held until the commit: who says meanwhile that it waits sees what was added. A
-- transaction of the user may last: it holds no lock and always wakes.
CREATE OR REPLACE FUNCTION wake(p_queue int, p_joined boolean DEFAULT false) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT p_joined THEN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('philjs-jobs wake', p_queue));
  END IF;
  IF p_joined OR EXISTS (SELECT 1 FROM holders WHERE queue = p_queue AND hungry AND seen_at > now_ms() - 120000) THEN
    PERFORM pg_notify(channel(p_queue), 'w');
  END IF;
END $$;

-- Not as SQL: PostgreSQL plans such a function in every transaction.
CREATE OR REPLACE FUNCTION is_heard(p_queue int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM listeners WHERE queue = p_queue AND seen_at > now_ms() - 60000);
END $$;

-- Sends events as JSON arrays that fit a notification; one that is too long stays in a table for a while.
CREATE OR REPLACE FUNCTION tell(p_queue int, p_events text[]) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_event text;
  v_batch text := '';
  v_large bigint;
BEGIN
  FOREACH v_event IN ARRAY p_events LOOP
    CONTINUE WHEN v_event IS NULL;
    IF octet_length(v_event) > 7000 THEN
      INSERT INTO large_events (at, text) VALUES (now_ms(), v_event) RETURNING event INTO v_large;
      v_event := '{"large":' || v_large || '}';
    END IF;
    IF octet_length(v_batch) + octet_length(v_event) > 7900 THEN
      PERFORM pg_notify(channel(p_queue), 'e[' || v_batch || ']');
      v_batch := '';
    END IF;
    v_batch := CASE WHEN v_batch = '' THEN v_event ELSE v_batch || ',' || v_event END;
  END LOOP;
  IF v_batch <> '' THEN
    PERFORM pg_notify(channel(p_queue), 'e[' || v_batch || ']');
  END IF;
END $$;

-- The text of an event, as part of the statement that calls it; ids, names and JSON are as they are stored.
CREATE OR REPLACE FUNCTION event(p_type text, p_id text, p_name text, p_at float8, p_more json DEFAULT NULL)
RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT json_build_object('type', p_type, 'id', p_id, 'name', p_name, 'at', p_at, 'more', p_more)::text $$;

CREATE OR REPLACE FUNCTION sum_counts(p_queue int) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('philjs-jobs counts', p_queue)) THEN RETURN; END IF;
  WITH gone AS (DELETE FROM counts WHERE queue = p_queue RETURNING status, name, jobs)
  INSERT INTO counts SELECT p_queue, status, name, sum(jobs) FROM gone GROUP BY status, name
    HAVING sum(jobs) <> 0;
END $$;
`;
