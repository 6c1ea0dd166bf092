import { leaseHasEnded } from './lost-lease.ts';
import { jobOf, PLANNED } from './plan.ts';

/** SQL functions for changes by users, and for the retention of finished jobs. */
export const CHANGE_FUNCTIONS: string = `
-- Removes jobs that are not active: those of the ids given, in the states given, at most p_limit.
CREATE OR REPLACE FUNCTION remove_jobs(p_queue int, p_ids text[], p_statuses text[], p_limit int)
RETURNS int LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_count int;
  v_events text[];
  v_heard boolean := is_heard(p_queue);
  v_classes float8[];
  v_keys text[];
BEGIN
  WITH asked AS MATERIALIZED (SELECT p_queue AS queue, i.id FROM unnest(p_ids) AS i(id)), picked AS MATERIALIZED (
    SELECT j.queue, j.id FROM asked i JOIN jobs j ON ${jobOf('i')}
      WHERE j.status = ANY (p_statuses) ORDER BY j.id LIMIT p_limit FOR UPDATE OF j
  ), gone AS (
    DELETE FROM jobs j USING picked p WHERE ${jobOf('p')}
    RETURNING j.id, j.name, j.status, j.deduplication_key, j.logged, j.class, j.number, j.fair_key
  ), silenced AS (
    DELETE FROM logs l USING gone g WHERE g.logged AND l.queue = p_queue AND l.job = g.id
  ), freed AS (
    DELETE FROM keys k USING gone g WHERE g.deduplication_key IS NOT NULL AND k.queue = p_queue
      AND k.key = g.deduplication_key AND k.job = g.id
  ), turns AS (
    SELECT DISTINCT g.class, coalesce(g.fair_key, '') AS key FROM gone g
      WHERE g.status = 'waiting' AND g.class IS NOT NULL AND g.number IS NULL
  ), counted AS (
    INSERT INTO counts SELECT p_queue, g.status, g.name, 0 - count(*) FROM gone g GROUP BY g.status, g.name
  )
  SELECT count(*), array_agg(event('removed', g.id, g.name, now_ms())) FILTER (WHERE v_heard),
      (SELECT array_agg(t.class ORDER BY t.class, t.key) FROM turns t), (SELECT array_agg(t.key ORDER BY t.class, t.key) FROM turns t)
    INTO v_count, v_events, v_classes, v_keys FROM gone g;
  IF v_keys IS NOT NULL THEN PERFORM note_left(p_queue, v_classes, v_keys); END IF;
  IF v_events IS NOT NULL THEN PERFORM tell(p_queue, v_events); END IF;
  PERFORM settle_soon(p_queue);
  RETURN v_count;
END $$;

-- Removes at most p_limit jobs of a state, the oldest first, but of blocked ones the latest: they may wait for the others.
-- Answers how many.
CREATE OR REPLACE FUNCTION clear_jobs(p_queue int, p_status text, p_limit int) RETURNS int LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_ids text[];
  v_part text;
BEGIN
  -- A literal state, so that its own index serves.
  FOREACH v_part IN ARRAY CASE p_status WHEN 'waiting' THEN ARRAY['AND NOT limited', 'AND limited'] ELSE ARRAY[''] END LOOP
    EXECUTE format('SELECT $3 || array_agg(id) FROM (SELECT id FROM jobs WHERE queue = $1 AND status = %L %s
      ORDER BY %s LIMIT $2) j', p_status, v_part, CASE p_status WHEN 'blocked' THEN 'rank DESC, turn DESC' ELSE 'rank, turn' END) INTO v_ids USING p_queue, p_limit - coalesce(cardinality(v_ids), 0), v_ids;
  END LOOP;
  IF v_ids IS NULL THEN RETURN 0; END IF;
  RETURN remove_jobs(p_queue, v_ids, ARRAY[p_status], p_limit);
END $$;

-- Makes jobs of some states ready to run: delayed ones as they are, ended ones with all attempts before them.
CREATE OR REPLACE FUNCTION make_ready(p_queue int, p_ids text[], p_statuses text[]) RETURNS int LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_count int;
  v_events text[];
  v_heard boolean := is_heard(p_queue);
  v_now float8 := now_ms();
BEGIN
  PERFORM hold_order(p_queue);
  WITH asked AS MATERIALIZED (
    SELECT p_queue AS queue, i.* FROM unnest(p_ids) WITH ORDINALITY AS i(id, place)
  ), picked AS MATERIALIZED (
    SELECT j.queue, j.id, j.status, i.place,
      CASE WHEN j.status <> 'delayed' AND (j.open_deps > 0 OR j.failed_deps > 0) THEN 'blocked' ELSE 'waiting' END AS becomes
    FROM asked i JOIN jobs j ON ${jobOf('i')}
      WHERE j.status = ANY (p_statuses) ORDER BY j.id FOR UPDATE OF j
  ), placed AS MATERIALIZED (
    SELECT p.*, nextval('turns') AS turn FROM (SELECT * FROM picked ORDER BY place) p
  ), moved AS (
    UPDATE jobs j SET status = p.becomes, limited = false, rank = CASE p.becomes WHEN 'blocked' THEN 0 ELSE 0 - j.priority END,
      turn = p.turn, run_at = v_now, arrived_at = NULL, doomed = j.doomed AND p.status = 'delayed',
      attempts_made = CASE p.status WHEN 'delayed' THEN j.attempts_made ELSE 0 END,
      stalled_count = CASE p.status WHEN 'delayed' THEN j.stalled_count ELSE 0 END,
      error = CASE p.status WHEN 'delayed' THEN j.error END,
      failures = CASE p.status WHEN 'delayed' THEN j.failures END,
      expires_at = CASE p.status WHEN 'delayed' THEN j.expires_at END,
      finished_at = NULL,
      cancel_requested = CASE p.status WHEN 'delayed' THEN j.cancel_requested END
    FROM placed p WHERE ${jobOf('p')} RETURNING j.id, j.name, p.status AS was, p.becomes
  ), counted AS (
    INSERT INTO counts SELECT p_queue, c.status, c.name, sum(c.jobs) FROM (
      SELECT m.was AS status, m.name, -1 AS jobs FROM moved m UNION ALL SELECT m.becomes, m.name, 1 FROM moved m
    ) c GROUP BY c.status, c.name
  )
  SELECT count(*), array_agg(event('waiting', m.id, m.name, v_now)) FILTER (WHERE v_heard AND m.becomes = 'waiting')
    INTO v_count, v_events FROM moved m;
  IF v_events IS NOT NULL THEN PERFORM tell(p_queue, v_events); END IF;
  IF v_count > 0 THEN PERFORM wake(p_queue); END IF;
  RETURN v_count;
END $$;

-- Puts ended jobs in the states given back with their keys. One whose key another job holds stays as it is; answers how many were put back,
-- and of the last that was not who holds its key. Answers -1, and changes nothing, when all has to be settled before.
CREATE OR REPLACE FUNCTION retry_jobs(p_queue int, p_ids text[], p_statuses text[]) RETURNS TABLE (changed int, held_by text)
LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_now float8 := now_ms();
  v_ids text[] := p_ids;
  v_holder text;
  v_held text;
  v_locked bigint;
  v_job record;
  v_nodes bigint[];
  v_back int := 0;
BEGIN
  PERFORM hold_order(p_queue);
  -- In one order for all, and before any job, as in add_jobs.
  PERFORM pg_advisory_xact_lock(l.lock) FROM (SELECT DISTINCT hashtextextended(j.deduplication_key, p_queue) AS lock
    FROM jobs j WHERE j.queue = p_queue AND j.id = ANY (p_ids) AND j.deduplication_key IS NOT NULL ORDER BY 1) l;
  IF EXISTS (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.id = ANY (p_ids) AND j.node IS NOT NULL) THEN
    IF NOT lock_to_bring_back(p_queue, p_ids) THEN
      RETURN QUERY SELECT -1, NULL::text;
      RETURN;
    END IF;
    SELECT array_agg(j.node) INTO v_nodes FROM jobs j WHERE j.queue = p_queue AND j.id = ANY (p_ids) AND j.node IS NOT NULL
      AND j.status = ANY (p_statuses);
  END IF;
  -- Before a key is taken, since a job may be removed meanwhile: the jobs, and those that hold their keys.
  WITH theirs AS MATERIALIZED (
    SELECT DISTINCT p_queue AS queue, unnest(ARRAY[o.id, (SELECT k.job FROM keys k
        WHERE k.queue = p_queue AND k.key = o.deduplication_key)]) AS id
      FROM jobs o WHERE o.queue = p_queue AND o.id = ANY (p_ids) AND o.status = ANY (p_statuses)
  ) SELECT count(*) INTO v_locked FROM (
    SELECT 1 FROM theirs l JOIN jobs j ON ${jobOf('l')} ORDER BY j.id FOR UPDATE OF j
  ) locked;
  FOR v_job IN
    SELECT j.* FROM unnest(p_ids) WITH ORDINALITY AS i(id, place) CROSS JOIN LATERAL (
        SELECT o.* FROM jobs o WHERE o.queue = p_queue AND o.id = i.id OFFSET 0
      ) j WHERE j.status = ANY (p_statuses) AND j.deduplication_key IS NOT NULL ORDER BY i.place
  LOOP
    SELECT k.job INTO v_holder FROM keys k WHERE k.queue = p_queue AND k.key = v_job.deduplication_key
      AND (k.free_at IS NULL OR k.free_at > v_now);
    IF FOUND AND v_holder <> v_job.id THEN
      v_ids := array_remove(v_ids, v_job.id);
      v_held := v_holder;
    ELSE
      PERFORM take_key(p_queue, v_job.deduplication_key, v_job.id, v_job.deduplication_mode,
        v_now + v_job.deduplication_ttl, v_job.fencing_token);
    END IF;
  END LOOP;
  IF v_nodes IS NOT NULL THEN
    SELECT array_agg(j.node ORDER BY array_position(v_ids, j.id)) INTO v_nodes FROM jobs j WHERE j.queue = p_queue
      AND j.id = ANY (v_ids) AND j.node = ANY (v_nodes) AND j.status = ANY (p_statuses);
    PERFORM look_again(coalesce(v_nodes, '{}'));
    PERFORM bring_back(coalesce(v_nodes, '{}'));
    -- Some of them came back with others, for which they had failed.
    SELECT count(*) INTO v_back FROM jobs j WHERE j.node = ANY (v_nodes) AND NOT j.status = ANY (p_statuses);
  END IF;
  RETURN QUERY SELECT v_back + make_ready(p_queue, v_ids, p_statuses), v_held;
END $$;

-- Cancels a job that has not started, or by force one whose lease has ended; asks the worker of another one.
CREATE OR REPLACE FUNCTION cancel_job(p_queue int, p_id text, p_statuses text[], p_reason text, p_force boolean, p_error text)
RETURNS text LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_job jobs;
  v_now float8 := now_ms();
  v_known json;
  v_reason text;
  v_force boolean;
BEGIN
  SELECT * INTO v_job FROM jobs j WHERE j.queue = p_queue AND j.id = p_id FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not-found'; END IF;
  IF v_job.status IN ('completed', 'failed', 'cancelled') THEN RETURN 'finished'; END IF;
  IF NOT v_job.status = ANY (p_statuses) THEN RETURN 'other-status'; END IF;
  IF v_job.status = 'active' AND p_force AND ${leaseHasEnded('v_job', 'v_now')} THEN
    PERFORM record_ended(p_queue, json_build_array(json_build_object('id', p_id, 'token', v_job.fencing_token, 'kind', 'cancel',
      'error', p_error, 'attempts', 0, 'started', true)), v_now);
    PERFORM retain(p_queue, 'cancelled');
    IF v_job.node IS NOT NULL THEN PERFORM settle_soon(p_queue); END IF;
    RETURN 'cancelled';
  END IF;
  IF v_job.status = 'active' THEN
    v_known := v_job.cancel_requested::json;
    v_reason := coalesce(p_reason, v_known ->> 'reason');
    v_force := p_force OR coalesce((v_known ->> 'force')::boolean, false);
    UPDATE jobs j SET cancel_requested = json_build_object('force', v_force, 'reason', v_reason)::text
      WHERE j.queue = p_queue AND j.id = p_id;
    PERFORM pg_notify(channel(p_queue), 'c' || json_build_object('id', p_id, 'token', v_job.fencing_token));
    RETURN 'requested';
  END IF;
  IF v_job.keep[6] = 0 AND v_job.node IS NULL THEN
    DELETE FROM jobs j WHERE j.queue = p_queue AND j.id = p_id;
    IF v_job.status = 'waiting' AND v_job.class IS NOT NULL AND v_job.number IS NULL THEN
      PERFORM note_left(p_queue, ARRAY[v_job.class], ARRAY[coalesce(v_job.fair_key, '')]);
    END IF;
    DELETE FROM logs l WHERE v_job.logged AND l.queue = p_queue AND l.job = p_id;
    INSERT INTO counts VALUES (p_queue, v_job.status, v_job.name, -1);
  ELSE
    UPDATE jobs j SET status = 'cancelled', rank = v_now, turn = nextval('turns'), finished_at = v_now,
      error = p_error, snooze_reason = NULL WHERE j.queue = p_queue AND j.id = p_id;
    INSERT INTO counts VALUES (p_queue, v_job.status, v_job.name, -1), (p_queue, 'cancelled', v_job.name, 1);
    -- The end of a job of a workflow is settled below, with the same.
    IF v_job.node IS NULL THEN PERFORM retain(p_queue, 'cancelled'); END IF;
  END IF;
  DELETE FROM keys k WHERE k.queue = p_queue AND k.key = v_job.deduplication_key AND k.job = p_id
    AND NOT (k.mode = 'drop' AND k.free_at IS NOT NULL);
  IF is_heard(p_queue) THEN
    PERFORM tell(p_queue, ARRAY[event('cancelled', p_id, v_job.name, v_now, json_build_object('error', p_error,
      'endsWorkflow', CASE WHEN v_job.waits_for IS NOT NULL AND v_job.awaited IS NULL THEN true END))]);
  END IF;
  IF v_job.node IS NOT NULL THEN PERFORM settle_soon(p_queue); END IF;
  RETURN 'cancelled';
END $$;

CREATE OR REPLACE FUNCTION set_progress(p_queue int, p_id text, p_token float8, p_progress text)
RETURNS boolean LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_name text;
BEGIN
  UPDATE jobs j SET progress = p_progress
    WHERE j.queue = p_queue AND j.id = p_id AND j.status = 'active' AND j.fencing_token = p_token
    RETURNING j.name INTO v_name;
  IF NOT FOUND THEN RETURN false; END IF;
  IF is_heard(p_queue) THEN
    PERFORM tell(p_queue, ARRAY[event('progress', p_id, v_name, now_ms(), json_build_object('progress', p_progress))]);
  END IF;
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION set_paused(p_queue int, p_paused boolean) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE queues q SET paused = p_paused WHERE q.queue = p_queue AND q.paused <> p_paused;
  IF NOT FOUND THEN RETURN; END IF;
  IF is_heard(p_queue) THEN
    PERFORM tell(p_queue, ARRAY[json_build_object('type', CASE WHEN p_paused THEN 'paused' ELSE 'resumed' END, 'at', now_ms())::text]);
  END IF;
  IF NOT p_paused THEN PERFORM wake(p_queue); END IF;
END $$;

-- Says that the queue has drained, if it has: two jobs that end at once see each other, so it is asked afterwards.
CREATE OR REPLACE FUNCTION tell_drained(p_queue int) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  -- An end that another call is about to settle may release a job.
  IF EXISTS (SELECT 1 FROM endings) THEN PERFORM settle(true, p_queue); END IF;
  IF is_heard(p_queue) AND NOT EXISTS (SELECT 1 FROM jobs WHERE queue = p_queue AND status = 'waiting' AND NOT limited)
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE queue = p_queue AND status = 'waiting' AND limited)
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE queue = p_queue AND status = 'blocked' AND (open_deps = 0 OR failed_deps > 0)
      -- One that is about to become delayed is no more of a hindrance than one that is.
      AND NOT (failed_deps = 0 AND run_at > now_ms() AND run_at > created_at))
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE queue = p_queue AND status = 'active') THEN
    PERFORM tell(p_queue, ARRAY[json_build_object('type', 'drained', 'at', now_ms())::text]);
  END IF;
END $$;

-- Removes the oldest finished jobs of a state, of one name or of all: as many as are too many, and of a name those that
-- ended before a time; at most 1,000. Returns whether there may be more.
CREATE OR REPLACE FUNCTION drop_finished(p_queue int, p_status text, p_name text, p_excess float8, p_before float8)
RETURNS boolean LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_ids text[];
  v_removed int;
BEGIN
  IF p_name IS NULL THEN
    SELECT array_agg(o.id) INTO v_ids FROM (
      SELECT j.id FROM jobs j WHERE j.queue = p_queue AND j.status = p_status
        AND j.status IN ('completed', 'failed', 'cancelled') AND (j.awaited IS NULL OR j.awaited = 0)
        ORDER BY j.rank, j.turn LIMIT least(greatest(p_excess, 0), 1000)::int
    ) o;
  ELSE
    -- Both are the first of one list. Most often neither has any: then nothing is read.
    SELECT array_agg(o.id) INTO v_ids FROM (
      (SELECT j.id FROM jobs j WHERE j.queue = p_queue AND j.status = p_status AND j.name = p_name
        AND j.status IN ('completed', 'failed', 'cancelled') AND (j.awaited IS NULL OR j.awaited = 0)
        ORDER BY j.rank, j.turn LIMIT least(greatest(p_excess, 0), 1000)::int)
      UNION
      (SELECT j.id FROM jobs j WHERE j.queue = p_queue AND j.status = p_status AND j.name = p_name
        AND j.status IN ('completed', 'failed', 'cancelled') AND (j.awaited IS NULL OR j.awaited = 0)
        AND j.rank < p_before ORDER BY j.rank, j.turn LIMIT 1000)
    ) o;
  END IF;
  IF v_ids IS NULL THEN RETURN false; END IF;
  -- It waits for no lock: the holder of one removes the job, or puts it back.
  WITH old AS MATERIALIZED (SELECT p_queue AS queue, i.id FROM unnest(v_ids) AS i(id)), free AS MATERIALIZED (
    SELECT j.queue, j.id FROM old i JOIN jobs j ON ${jobOf('i')}
      WHERE j.status = p_status AND (j.awaited IS NULL OR j.awaited = 0) FOR UPDATE OF j SKIP LOCKED
  ), gone AS (
    DELETE FROM jobs j USING free f WHERE ${jobOf('f')} RETURNING j.id, j.name, j.logged
  ), silenced AS (
    DELETE FROM logs l USING gone g WHERE g.logged AND l.queue = p_queue AND l.job = g.id
  ), counted AS (
    INSERT INTO counts SELECT p_queue, p_status, g.name, 0 - count(*) FROM gone g GROUP BY g.name
  )
  SELECT count(*) INTO v_removed FROM gone;
  RETURN v_removed = 1000;
END $$;

-- Removes finished jobs of a state that are too old or too many, by the limits of the job of each name that ended last,
-- and the oldest beyond the total of the last of all. Only names are looked at that are among the last 1,000 to end.
-- Returns whether there may be more.
CREATE OR REPLACE FUNCTION retain(p_queue int, p_status text)
RETURNS boolean LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_place int := array_position(ARRAY['completed', 'failed', 'cancelled'], p_status);
  v_more boolean := false;
  v_ended record;
  v_kept float8;
  v_total float8;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('philjs-jobs retain', p_queue)) THEN RETURN true; END IF;
  FOR v_ended IN
    SELECT e.name, max(e.keep) AS keep, sum(e.jobs) AS jobs FROM (
      (SELECT DISTINCT ON (l.name) l.name, l.keep, 0 AS jobs FROM (
        SELECT j.name, j.keep, j.rank, j.turn FROM jobs j WHERE j.queue = p_queue AND j.status = p_status
          AND j.status IN ('completed', 'failed', 'cancelled') ORDER BY j.rank DESC, j.turn DESC LIMIT 1000
      ) l ORDER BY l.name, l.rank DESC, l.turn DESC)
      UNION ALL SELECT c.name, NULL, c.jobs FROM counts c WHERE c.queue = p_queue AND c.status = p_status
    ) e GROUP BY e.name HAVING count(e.keep) > 0
  LOOP
    SELECT v_ended.jobs - count(*) INTO v_kept FROM jobs j WHERE j.queue = p_queue AND j.status = p_status
      AND j.name = v_ended.name AND j.awaited > 0 AND j.status IN ('completed', 'failed', 'cancelled');
    v_more := drop_finished(p_queue, p_status, v_ended.name, v_kept - v_ended.keep[2 * v_place],
      now_ms() - v_ended.keep[2 * v_place - 1]) OR v_more;
  END LOOP;
  SELECT j.keep[6 + v_place] INTO v_total FROM jobs j WHERE j.queue = p_queue AND j.status = p_status
    AND j.status IN ('completed', 'failed', 'cancelled') ORDER BY j.rank DESC, j.turn DESC LIMIT 1;
  IF v_total IS NULL THEN RETURN v_more; END IF;
  SELECT coalesce(sum(c.jobs), 0) - (SELECT count(*) FROM jobs j WHERE j.queue = p_queue AND j.status = p_status
      AND j.awaited > 0 AND j.status IN ('completed', 'failed', 'cancelled'))
    INTO v_kept FROM counts c WHERE c.queue = p_queue AND c.status = p_status;
  RETURN drop_finished(p_queue, p_status, NULL, v_kept - v_total, NULL) OR v_more;
END $$;
`;
