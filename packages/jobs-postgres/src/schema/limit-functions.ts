import { jobOf, PLANNED } from './plan.ts';
import { isShared } from './shared-key.ts';

/**
 * The condition of the names that are not paused, as their index says it: of paused ones there may be very many. Resuming
 * one opens it.
 */
export const LIVE = 'm.queue + 0 = p_queue AND NOT m.paused';

/**
 * SQL functions of limits. Order of the locks: rows of jobs by id, then the lock of the wake-ups, then that of the
 * limits. Under the lock of the limits no call waits for a row of a job: it passes over those that are locked.
 */
export const LIMIT_FUNCTIONS: string = `
CREATE OR REPLACE FUNCTION limits_of(p_published jsonb, p_override jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
  $$ SELECT jsonb_strip_nulls(coalesce(p_published, '{}') || coalesce(p_override, '{}')) $$;

-- The name that a key of a job is counted under: the job's, or that of a limit that several names share.
CREATE OR REPLACE FUNCTION limit_owner(p_name text, p_key text) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE WHEN ${isShared('p_key')} THEN E'\\x01' || split_part(p_key, E'\\x01', 2) ELSE p_name END $$;

-- The limits that a key of a job is counted by, given those of the job's name.
CREATE OR REPLACE FUNCTION owner_limits(p_queue int, p_name text, p_owner text, p_limits jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
  IF p_owner = p_name THEN RETURN p_limits; END IF;
  RETURN (SELECT limits_of(m.published, m.override) FROM limits m WHERE m.queue = p_queue AND m.name = p_owner);
END $$;

CREATE OR REPLACE FUNCTION lock_limits(p_queue int) RETURNS void LANGUAGE sql AS
  $$ SELECT pg_advisory_xact_lock(hashtextextended('philjs-jobs limits', p_queue)) $$;

-- When a job of a rate key may start by the rate, or NULL.
CREATE OR REPLACE FUNCTION rate_opens_at(p_queue int, p_name text, p_limits jsonb, p_rate_key text) RETURNS float8
LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_max int := (p_limits #>> '{rate,max}')::int;
  v_at float8;
BEGIN
  IF v_max IS NULL THEN RETURN NULL; END IF;
  SELECT s.at INTO v_at FROM starts s WHERE s.queue = p_queue AND s.name = p_name AND s.rate_key = p_rate_key
    ORDER BY s.at DESC LIMIT 1 OFFSET v_max - 1;
  RETURN v_at + (p_limits #>> '{rate,per}')::float8;
END $$;

CREATE OR REPLACE FUNCTION held_until(p_queue int, p_name text, p_kind text, p_key text) RETURNS float8
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT max(h.until) FROM holds h WHERE h.queue = p_queue AND h.name = p_name AND h.kind = p_kind AND h.key = p_key
$$;

CREATE OR REPLACE FUNCTION count_active(p_queue int, p_name text, p_key text) RETURNS bigint LANGUAGE plpgsql ${PLANNED} AS $$
BEGIN
  IF p_key IS NULL THEN
    RETURN (SELECT count(*) FROM jobs j WHERE j.queue = p_queue AND j.name = p_name
      AND j.status = 'active' AND j.limited);
  END IF;
  IF ${isShared('p_key')} THEN
    RETURN (SELECT count(*) FROM jobs j WHERE j.queue = p_queue AND j.concurrency_key = p_key
      AND ${isShared('j.concurrency_key')} AND j.status = 'active' AND j.limited);
  END IF;
  RETURN (SELECT count(*) FROM jobs j WHERE j.queue = p_queue AND j.name = p_name AND j.concurrency_key = p_key
    AND j.status = 'active' AND j.limited);
END $$;

-- Whether lines are open, or are to be opened.
CREATE OR REPLACE FUNCTION lines_ready(p_queue int, p_now float8) RETURNS boolean LANGUAGE sql STABLE ${PLANNED} AS $$
  SELECT EXISTS (SELECT 1 FROM openings o WHERE o.queue = p_queue)
    OR EXISTS (SELECT 1 FROM lines l WHERE l.queue = p_queue AND l.opens_at IS NOT NULL AND l.opens_at <= p_now)
    OR EXISTS (SELECT 1 FROM limits m WHERE ${LIVE} AND (m.opens_at <= p_now OR m.gate_opens_at <= p_now
      OR (m.opens_at IS NULL AND (
        EXISTS (SELECT 1 FROM lines l WHERE l.queue = p_queue AND l.name = m.name AND l.keyed AND l.opens_at IS NULL)
        OR (m.gate_opens_at IS NULL AND EXISTS (SELECT 1 FROM lines l WHERE l.queue = p_queue AND l.name = m.name
          AND NOT l.keyed AND l.opens_at IS NULL))))))
$$;

-- When the next thing shut by time opens.
CREATE OR REPLACE FUNCTION lines_open_at(p_queue int) RETURNS float8 LANGUAGE sql STABLE ${PLANNED} AS $$
  SELECT nullif(least(
    (SELECT min(l.opens_at) FROM lines l WHERE l.queue = p_queue AND l.opens_at IS NOT NULL),
    (SELECT min(least(m.opens_at, m.gate_opens_at)) FROM limits m WHERE ${LIVE})), 'Infinity')
$$;

-- Opens what has ended, what was given back, and what was shut until now.
CREATE OR REPLACE FUNCTION open_lines(p_queue int, p_now float8) RETURNS void LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_end openings;
BEGIN
  FOR v_end IN DELETE FROM openings o WHERE o.queue = p_queue RETURNING * LOOP
    UPDATE limits m SET opens_at = NULL WHERE m.queue = p_queue AND m.name = v_end.name AND m.opens_at IS NOT NULL;
    IF ${isShared('v_end.concurrency_key')} THEN
      UPDATE lines l SET opens_at = NULL WHERE l.queue = p_queue AND ${isShared('l.concurrency_key')}
        AND l.concurrency_key = v_end.concurrency_key AND l.opens_at IS NOT NULL;
    ELSIF v_end.concurrency_key <> '' THEN
      UPDATE lines l SET opens_at = NULL WHERE l.queue = p_queue AND l.name = v_end.name
        AND l.concurrency_key = v_end.concurrency_key AND l.opens_at IS NOT NULL;
    END IF;
    CONTINUE WHEN NOT v_end.given_back;
    DELETE FROM starts s WHERE s.queue = p_queue AND s.name = limit_owner(v_end.name, v_end.rate_key) AND s.rate_key = v_end.rate_key
      AND s.at = v_end.at AND s.job = v_end.job AND s.fencing_token = v_end.fencing_token;
    UPDATE limits m SET gate_opens_at = NULL WHERE m.queue = p_queue AND m.name = v_end.name AND v_end.rate_key = '';
    IF ${isShared('v_end.rate_key')} THEN
      UPDATE lines l SET opens_at = NULL WHERE l.queue = p_queue AND ${isShared('l.rate_key')}
        AND l.rate_key = v_end.rate_key AND l.opens_at IS NOT NULL;
    ELSIF v_end.rate_key <> '' THEN
      UPDATE lines l SET opens_at = NULL WHERE l.queue = p_queue AND l.name = v_end.name
        AND l.rate_key = v_end.rate_key AND l.opens_at IS NOT NULL;
    END IF;
  END LOOP;
  UPDATE lines l SET opens_at = NULL WHERE l.queue = p_queue AND l.opens_at IS NOT NULL AND l.opens_at <= p_now;
  UPDATE limits m SET opens_at = NULL WHERE ${LIVE} AND m.opens_at <= p_now;
  UPDATE limits m SET gate_opens_at = NULL WHERE ${LIVE} AND m.gate_opens_at <= p_now;
END $$;

-- Shuts what keeps the jobs of a line from starting now, if anything does; returns whether it did.
CREATE OR REPLACE FUNCTION shut_line(p_queue int, p_name text, p_rate_key text, p_concurrency_key text, p_limits jsonb,
  p_paused boolean, p_held float8, p_now float8) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_full boolean;
  v_until float8;
  v_rated text := limit_owner(p_name, p_rate_key);
  v_counted text := limit_owner(p_name, p_concurrency_key);
BEGIN
  v_full := p_paused OR count_active(p_queue, p_name, NULL) >= (p_limits ->> 'concurrency')::int;
  IF v_full OR p_held > p_now THEN
    UPDATE limits m SET opens_at = CASE WHEN v_full THEN 'Infinity' ELSE p_held END
      WHERE m.queue = p_queue AND m.name = p_name;
    RETURN true;
  END IF;
  -- After the clock was set back a limit must not hold until the clock catches up.
  UPDATE starts s SET at = s.at - l.lead FROM (SELECT max(x.at) - p_now AS lead FROM starts x WHERE x.queue = p_queue
      AND x.name = v_rated AND x.rate_key = p_rate_key) l
    WHERE l.lead > 0 AND s.queue = p_queue AND s.name = v_rated AND s.rate_key = p_rate_key;
  v_until := greatest(held_until(p_queue, v_rated, 'rate', p_rate_key),
    rate_opens_at(p_queue, v_rated, owner_limits(p_queue, p_name, v_rated, p_limits), p_rate_key));
  IF v_until > p_now THEN
    IF p_rate_key = '' THEN
      UPDATE limits m SET gate_opens_at = v_until WHERE m.queue = p_queue AND m.name = p_name;
    ELSE
      UPDATE lines l SET opens_at = v_until WHERE l.queue = p_queue AND l.name = p_name
        AND l.rate_key = p_rate_key AND l.opens_at IS NULL;
    END IF;
    RETURN true;
  END IF;
  IF p_concurrency_key = '' THEN RETURN false; END IF;
  v_full := count_active(p_queue, p_name, p_concurrency_key)
    >= (owner_limits(p_queue, p_name, v_counted, p_limits) ->> 'concurrencyPerKey')::int;
  v_until := held_until(p_queue, v_counted, 'concurrency', p_concurrency_key);
  IF v_full OR v_until > p_now THEN
    UPDATE lines l SET opens_at = CASE WHEN v_full THEN 'Infinity' ELSE v_until END WHERE l.queue = p_queue
      AND l.name = p_name AND l.rate_key = p_rate_key AND l.concurrency_key = p_concurrency_key;
    RETURN true;
  END IF;
  RETURN false;
END $$;

-- Counts the start of a limited job at once; the caller fills in the rest.
CREATE OR REPLACE FUNCTION note_start(p_queue int, p_name text, p_rate_key text, p_limits jsonb, p_id text, p_token float8,
  p_now float8) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_rated text := limit_owner(p_name, p_rate_key);
  v_limits jsonb := owner_limits(p_queue, p_name, v_rated, p_limits);
BEGIN
  UPDATE jobs j SET status = 'active' WHERE j.queue = p_queue AND j.id = p_id;
  IF v_limits ? 'rate' THEN
    DELETE FROM starts s WHERE s.queue = p_queue AND s.name = v_rated AND s.rate_key = p_rate_key
      AND s.at <= p_now - (v_limits #>> '{rate,per}')::float8;
    INSERT INTO starts VALUES (p_queue, v_rated, p_rate_key, p_now, p_id, p_token);
  END IF;
END $$;

-- Starts a limited job that no other call sees, and undoes that: so this connection has its plans before a job must
-- start in time. They take many times as long as the start itself.
CREATE OR REPLACE FUNCTION warm_limits(p_queue int) RETURNS void LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_queue int := 0 - pg_backend_pid();
BEGIN
  INSERT INTO limits (queue, name, published)
    VALUES (v_queue, 'warm', '{"concurrency":2,"concurrencyPerKey":2,"rate":{"max":2,"per":1}}');
  INSERT INTO jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at, max_attempts, keep,
      concurrency_key, rate_key)
    VALUES (v_queue, 'warm', 'warm', 'waiting', 0, 0, 0, 0, 0, 0, 0, '{}', 'warm', 'warm');
  PERFORM start_jobs(v_queue, 'warm', p.ids, 1, p.at) FROM pick_jobs(v_queue, 2, now_ms()) p;
  PERFORM lines_open_at(v_queue);
  RAISE EXCEPTION USING ERRCODE = 'PJ001';
EXCEPTION WHEN SQLSTATE 'PJ001' THEN
  RETURN;
END $$;

-- Makes a name one with limits, and locks them. The active jobs of a new one count from now on.
CREATE OR REPLACE FUNCTION open_limits(p_queue int, p_name text) RETURNS void LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_locked bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM limits m WHERE m.queue = p_queue AND m.name = p_name) THEN
    -- A list first: to have them in order, the planner would read all jobs of the queue by the primary key.
    WITH active AS MATERIALIZED (
      SELECT j.queue, j.id FROM jobs j WHERE j.queue = p_queue AND j.status = 'active' AND j.name = p_name
    ) SELECT count(*) INTO v_locked FROM (
      SELECT 1 FROM active a JOIN jobs j ON ${jobOf('a')} WHERE j.status || '' = 'active' ORDER BY j.id FOR UPDATE OF j
    ) locked;
    UPDATE jobs j SET limited = true WHERE j.queue = p_queue AND j.status = 'active' AND j.name = p_name AND NOT j.limited;
  END IF;
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('philjs-jobs wake', p_queue));
  PERFORM lock_limits(p_queue);
  INSERT INTO limits (queue, name) VALUES (p_queue, p_name) ON CONFLICT DO NOTHING;
END $$;

-- Opens the lines of a name, or of all that share a limit, after its limits changed.
CREATE OR REPLACE FUNCTION reopen_lines(p_queue int, p_name text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF ${isShared('p_name')} THEN
    UPDATE lines l SET opens_at = NULL WHERE l.queue = p_queue AND ${isShared('l.concurrency_key')}
      AND limit_owner('', l.concurrency_key) = p_name AND l.opens_at IS NOT NULL;
    UPDATE lines l SET opens_at = NULL WHERE l.queue = p_queue AND ${isShared('l.rate_key')}
      AND limit_owner('', l.rate_key) = p_name AND l.opens_at IS NOT NULL;
  END IF;
  UPDATE lines l SET opens_at = NULL WHERE l.queue = p_queue AND l.name = p_name AND l.opens_at IS NOT NULL;
  UPDATE limits m SET opens_at = NULL, gate_opens_at = NULL, revision = m.revision + 1
    WHERE m.queue = p_queue AND m.name = p_name;
  PERFORM wake(p_queue);
END $$;

-- Takes over the limits of a definition; answers those they replace. With p_learns only where none are published.
CREATE OR REPLACE FUNCTION publish_limits(p_queue int, p_name text, p_limits jsonb, p_learns boolean) RETURNS jsonb
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_known limits;
BEGIN
  SELECT * INTO v_known FROM limits m WHERE m.queue = p_queue AND m.name = p_name;
  IF NOT FOUND AND p_limits IS NULL THEN RETURN NULL; END IF;
  IF v_known.was_published AND (p_learns OR coalesce(v_known.published, '{}') = coalesce(p_limits, '{}')) THEN
    RETURN NULL;
  END IF;
  PERFORM open_limits(p_queue, p_name);
  SELECT * INTO v_known FROM limits m WHERE m.queue = p_queue AND m.name = p_name;
  IF v_known.was_published AND (p_learns OR coalesce(v_known.published, '{}') = coalesce(p_limits, '{}')) THEN
    RETURN NULL;
  END IF;
  UPDATE limits m SET published = p_limits, was_published = true WHERE m.queue = p_queue AND m.name = p_name;
  PERFORM reopen_lines(p_queue, p_name);
  RETURN CASE WHEN v_known.was_published THEN coalesce(v_known.published, '{}') END;
END $$;

CREATE OR REPLACE FUNCTION set_limits(p_queue int, p_name text, p_override jsonb) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM open_limits(p_queue, p_name);
  UPDATE limits m SET override = p_override WHERE m.queue = p_queue AND m.name = p_name;
  PERFORM reopen_lines(p_queue, p_name);
END $$;

CREATE OR REPLACE FUNCTION pause_name(p_queue int, p_name text, p_paused boolean) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM open_limits(p_queue, p_name);
  UPDATE limits m SET paused = p_paused WHERE m.queue = p_queue AND m.name = p_name AND m.paused <> p_paused;
  IF FOUND THEN PERFORM reopen_lines(p_queue, p_name); END IF;
END $$;

-- Holds back the line of an active job. Returns whether its lease was held.
CREATE OR REPLACE FUNCTION hold_back(p_queue int, p_id text, p_token float8, p_ms float8) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_job record;
  v_owner text;
  v_now float8 := now_ms();
BEGIN
  SELECT j.name, j.rate_key, j.concurrency_key INTO v_job FROM jobs j WHERE j.queue = p_queue AND j.id = p_id
    AND j.status = 'active' AND j.fencing_token = p_token;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM open_limits(p_queue, v_job.name);
  IF coalesce(v_job.rate_key, v_job.concurrency_key) IS NULL THEN
    UPDATE limits m SET held_until = greatest(m.held_until, v_now + p_ms) WHERE m.queue = p_queue AND m.name = v_job.name;
    RETURN true;
  END IF;
  v_owner := limit_owner(v_job.name, coalesce(v_job.rate_key, v_job.concurrency_key));
  DELETE FROM holds h WHERE h.queue = p_queue AND h.name = v_owner AND h.until <= v_now;
  INSERT INTO holds AS h VALUES (p_queue, v_owner, CASE WHEN v_job.rate_key IS NULL THEN 'concurrency' ELSE 'rate' END,
      coalesce(v_job.rate_key, v_job.concurrency_key), v_now + p_ms)
    ON CONFLICT (queue, name, kind, key) DO UPDATE SET until = greatest(h.until, excluded.until);
  RETURN true;
END $$;

-- Finds what keeps a waiting job from starting.
CREATE OR REPLACE FUNCTION barriers(p_queue int, p_id text) RETURNS TABLE (type text, until float8, max int)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  v_now float8 := now_ms();
  v_of record;
  v_until float8;
  v_rated text;
  v_counted text;
  v_limits jsonb;
BEGIN
  SELECT j.name, j.rate_key, j.concurrency_key, m.paused, m.held_until, limits_of(m.published, m.override) AS limits
    INTO v_of FROM jobs j JOIN limits m ON m.queue = p_queue AND m.name = j.name
    WHERE j.queue = p_queue AND j.id = p_id AND j.status = 'waiting';
  IF NOT FOUND THEN RETURN; END IF;
  IF v_of.paused THEN RETURN QUERY SELECT 'paused'::text, NULL::float8, NULL::int; END IF;
  v_rated := limit_owner(v_of.name, v_of.rate_key);
  v_counted := limit_owner(v_of.name, v_of.concurrency_key);
  v_until := greatest(v_of.held_until, held_until(p_queue, v_rated, 'rate', v_of.rate_key),
    held_until(p_queue, v_counted, 'concurrency', v_of.concurrency_key));
  IF v_until > v_now THEN RETURN QUERY SELECT 'held-back'::text, v_until, NULL::int; END IF;
  v_limits := owner_limits(p_queue, v_of.name, v_rated, v_of.limits);
  v_until := rate_opens_at(p_queue, v_rated, v_limits, coalesce(v_of.rate_key, ''));
  IF v_until > v_now THEN RETURN QUERY SELECT 'rate'::text, v_until, (v_limits #>> '{rate,max}')::int; END IF;
  IF count_active(p_queue, v_of.name, NULL) >= (v_of.limits ->> 'concurrency')::int THEN
    RETURN QUERY SELECT 'concurrency'::text, NULL::float8, (v_of.limits ->> 'concurrency')::int;
  END IF;
  v_limits := owner_limits(p_queue, v_of.name, v_counted, v_of.limits);
  IF v_of.concurrency_key IS NOT NULL
    AND count_active(p_queue, v_of.name, v_of.concurrency_key) >= (v_limits ->> 'concurrencyPerKey')::int THEN
    RETURN QUERY SELECT 'concurrency-key'::text, NULL::float8, (v_limits ->> 'concurrencyPerKey')::int;
  END IF;
END $$;
`;
