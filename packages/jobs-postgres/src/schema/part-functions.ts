/** Functions of the optional parts: logs, rate limits, metrics, workers, schedules. */
export const PART_FUNCTIONS: string = `
CREATE OR REPLACE FUNCTION append_logs(p_queue int, p_id text, p_lines text[]) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE jobs j SET logged = true WHERE j.queue = p_queue AND j.id = p_id;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO logs (queue, job, text) SELECT p_queue, p_id, l.text FROM unnest(p_lines) WITH ORDINALITY AS l(text, place)
    ORDER BY l.place;
  DELETE FROM logs l WHERE l.queue = p_queue AND l.job = p_id AND l.line <= (SELECT k.line FROM logs k
    WHERE k.queue = p_queue AND k.job = p_id ORDER BY k.line DESC LIMIT 1 OFFSET 1000);
END $$;

-- Reserves the next slot under a limit; answers how far off it is.
CREATE OR REPLACE FUNCTION take_slot(p_queue int, p_key text, p_max int, p_per float8) RETURNS float8 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_now float8;
  v_slots float8[];
  v_at float8;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_key, -1 - p_queue));
  v_now := now_ms();
  DELETE FROM windows w WHERE w.queue = p_queue AND w.key = p_key AND w.idle_at <= v_now;
  SELECT w.slots INTO v_slots FROM windows w WHERE w.queue = p_queue AND w.key = p_key;
  v_at := greatest(v_now, coalesce(v_slots[cardinality(v_slots) - p_max + 1] + p_per, v_now));
  v_slots := coalesce(v_slots, '{}') || v_at;
  IF cardinality(v_slots) > p_max THEN
    v_slots := v_slots[cardinality(v_slots) - p_max + 1 : cardinality(v_slots)];
  END IF;
  INSERT INTO windows AS w VALUES (p_queue, p_key, v_slots, v_at + p_per)
    ON CONFLICT (queue, key) DO UPDATE SET slots = v_slots, idle_at = greatest(w.idle_at, v_at + p_per);
  RETURN v_at - v_now;
END $$;

CREATE OR REPLACE FUNCTION add_numbers(a jsonb, b jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_object_agg(n.key, n.sum) FROM (SELECT key, sum(value::float8) AS sum
    FROM (SELECT * FROM jsonb_each_text(a) UNION ALL SELECT * FROM jsonb_each_text(b)) both_ GROUP BY key) n
$$;

CREATE OR REPLACE FUNCTION record_metrics(p_queue int, p_buckets json, p_kept float8) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO metrics AS m (queue, minute, name, numbers)
    SELECT p_queue, b.minute, b.name, b.numbers FROM json_to_recordset(p_buckets)
      AS b(minute float8, name text, numbers jsonb) ORDER BY b.minute, b.name
    ON CONFLICT (queue, minute, name) DO UPDATE SET numbers = add_numbers(m.numbers, excluded.numbers);
  DELETE FROM metrics m WHERE m.queue = p_queue
    AND m.minute < (SELECT max(l.minute) FROM metrics l WHERE l.queue = p_queue) - p_kept;
END $$;

CREATE OR REPLACE FUNCTION see_worker(p_queue int, p_id text, p_info text, p_started float8, p_forgotten float8) RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_now float8 := now_ms();
  v_asked text;
BEGIN
  PERFORM mend_clock(p_queue);
  INSERT INTO workers AS w (queue, id, info, started_at, seen_at) VALUES (p_queue, p_id, p_info, p_started, v_now)
    ON CONFLICT (queue, id) DO UPDATE SET info = p_info, seen_at = v_now RETURNING w.asked INTO v_asked;
  -- Those that are heard again at this moment are left alone: after an outage all were silent for long.
  DELETE FROM workers w USING (SELECT s.id FROM workers s WHERE s.queue = p_queue AND s.seen_at <= v_now - p_forgotten
    FOR UPDATE SKIP LOCKED) silent WHERE w.queue = p_queue AND w.id = silent.id;
  DELETE FROM holders h WHERE h.queue = p_queue AND h.seen_at <= v_now - 86400000;
  DELETE FROM listeners l WHERE l.queue = p_queue AND l.seen_at <= v_now - 60000;
  DELETE FROM large_events e WHERE e.at <= v_now - 600000;
  DELETE FROM windows x WHERE x.queue = p_queue AND x.idle_at <= v_now;
  -- Keys that are being taken are left alone.
  DELETE FROM keys k USING (SELECT f.key FROM keys f WHERE f.queue = p_queue AND f.free_at <= v_now
    FOR UPDATE SKIP LOCKED) free WHERE k.queue = p_queue AND k.key = free.key;
  RETURN v_asked;
END $$;

CREATE OR REPLACE FUNCTION tell_schedules(p_queue int) RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_revision bigint;
BEGIN
  UPDATE queues q SET schedule_revision = q.schedule_revision + 1 WHERE q.queue = p_queue
    RETURNING q.schedule_revision INTO v_revision;
  PERFORM pg_notify(channel(p_queue), 's');
  RETURN v_revision;
END $$;

CREATE OR REPLACE FUNCTION put_schedule(p_queue int, p_id text, p_job text, p_spec text, p_state text, p_next float8, p_expected bigint)
RETURNS SETOF schedules LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_revision bigint;
  v_stored bigint;
BEGIN
  PERFORM 1 FROM queues q WHERE q.queue = p_queue FOR UPDATE;
  SELECT s.revision INTO v_stored FROM schedules s WHERE s.queue = p_queue AND s.id = p_id;
  IF p_expected <> coalesce(v_stored, 0) THEN RETURN; END IF;
  v_revision := tell_schedules(p_queue);
  RETURN QUERY INSERT INTO schedules AS s VALUES (p_queue, p_id, p_job, p_spec, p_state, p_next, v_revision)
    ON CONFLICT (queue, id) DO UPDATE SET job_name = p_job, spec = p_spec, state = p_state, next_at = p_next,
      revision = v_revision RETURNING s.*;
END $$;

-- Creates or changes schedules: all, or none.
CREATE OR REPLACE FUNCTION put_schedules(p_queue int, p_schedules json) RETURNS SETOF schedules LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_put record;
BEGIN
  PERFORM 1 FROM queues q WHERE q.queue = p_queue FOR UPDATE;
  IF EXISTS (SELECT 1 FROM json_to_recordset(p_schedules) AS e(id text, expected bigint)
    LEFT JOIN schedules s ON s.queue = p_queue AND s.id = e.id WHERE e.expected <> coalesce(s.revision, 0)) THEN RETURN; END IF;
  FOR v_put IN SELECT x.* FROM json_array_elements(p_schedules) WITH ORDINALITY AS y(entry, place),
    json_to_record(y.entry) AS x(id text, job text, spec text, state text, next_at float8) ORDER BY y.place LOOP
    RETURN QUERY SELECT * FROM put_schedule(p_queue, v_put.id, v_put.job, v_put.spec, v_put.state, v_put.next_at, NULL);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION remove_schedule(p_queue int, p_id text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM 1 FROM queues q WHERE q.queue = p_queue FOR UPDATE;
  DELETE FROM schedules s WHERE s.queue = p_queue AND s.id = p_id;
  IF NOT FOUND THEN RETURN false; END IF;
  DELETE FROM ticks t WHERE t.queue = p_queue AND t.schedule = p_id;
  DELETE FROM runs r WHERE r.queue = p_queue AND r.schedule = p_id;
  PERFORM tell_schedules(p_queue);
  RETURN true;
END $$;

-- Writes entries of the ledger; those written first make room.
CREATE OR REPLACE FUNCTION record_ticks(p_queue int, p_entries json, p_keep int, p_known boolean) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_id text;
BEGIN
  IF p_known THEN
    UPDATE ticks t SET detail = e.detail FROM json_to_recordset(p_entries) AS e(schedule text, tick_at float8, detail text)
      WHERE t.queue = p_queue AND t.schedule = e.schedule AND t.tick_at = e.tick_at;
    RETURN;
  END IF;
  INSERT INTO ticks (queue, schedule, tick_at, detail)
    SELECT p_queue, e.schedule, e.tick_at, e.detail FROM (
      SELECT DISTINCT ON (x.schedule, x.tick_at) x.*, y.place FROM json_array_elements(p_entries) WITH ORDINALITY AS y(entry, place),
        json_to_record(y.entry) AS x(schedule text, tick_at float8, detail text)
        ORDER BY x.schedule, x.tick_at, y.place DESC) e ORDER BY e.place
    ON CONFLICT (queue, schedule, tick_at) DO UPDATE SET detail = excluded.detail;
  FOR v_id IN SELECT DISTINCT e.schedule FROM json_to_recordset(p_entries) AS e(schedule text) LOOP
    DELETE FROM ticks t WHERE t.queue = p_queue AND t.schedule = v_id AND t.entry <= (SELECT l.entry FROM ticks l
      WHERE l.queue = p_queue AND l.schedule = v_id ORDER BY l.entry DESC LIMIT 1 OFFSET p_keep);
    IF NOT EXISTS (SELECT 1 FROM schedules s WHERE s.queue = p_queue AND s.id = v_id) THEN
      DELETE FROM ticks t WHERE t.queue = p_queue AND t.schedule IN (SELECT l.schedule FROM ticks l
        WHERE l.queue = p_queue AND NOT EXISTS (SELECT 1 FROM schedules s WHERE s.queue = p_queue AND s.id = l.schedule)
        GROUP BY l.schedule ORDER BY max(l.entry) DESC OFFSET 1000);
    END IF;
  END LOOP;
END $$;

-- Claims ticks: the schedule, its jobs and the ledger change together or not at all.
CREATE OR REPLACE FUNCTION fire_schedule(p_queue int, p_id text, p_expected bigint, p_next float8, p_state text, p_jobs json,
  p_keyed boolean, p_entries json, p_keep int, p_track boolean, p_duplicate json)
RETURNS TABLE (schedule schedules, place bigint, outcome text, job_id text) LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  v_schedule schedules;
  v_places bigint[];
  v_outcomes text[];
  v_ids text[];
  v_dropped boolean := false;
BEGIN
  -- The queue before the schedule, as where one is put.
  PERFORM 1 FROM queues q WHERE q.queue = p_queue FOR UPDATE;
  PERFORM 1 FROM schedules s WHERE s.queue = p_queue AND s.id = p_id AND s.revision = p_expected FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT array_agg(a.place), array_agg(a.outcome), array_agg((a.job).id) INTO v_places, v_outcomes, v_ids
    FROM add_jobs(p_queue, p_jobs, p_keyed, false, false) a;
  IF p_duplicate IS NOT NULL AND v_outcomes[1] = 'duplicate' THEN v_dropped := true; END IF;
  UPDATE schedules s SET revision = tell_schedules(p_queue),
    next_at = CASE WHEN v_dropped THEN (p_duplicate ->> 'next_at')::float8 ELSE p_next END,
    state = CASE WHEN v_dropped THEN p_duplicate ->> 'state' ELSE p_state END
    WHERE s.queue = p_queue AND s.id = p_id RETURNING s.* INTO v_schedule;
  PERFORM record_ticks(p_queue, CASE WHEN v_dropped THEN p_duplicate -> 'entries' ELSE p_entries END, p_keep, false);
  RETURN QUERY SELECT v_schedule, NULL::bigint, NULL::text, NULL::text;
  RETURN QUERY SELECT NULL::schedules, u.place, u.outcome, u.id FROM unnest(v_places, v_outcomes, v_ids) AS u(place, outcome, id);
  IF p_track THEN
    INSERT INTO runs (queue, schedule, job) SELECT p_queue, p_id, coalesce(u.id, n.id) FROM new_jobs(p_jobs) n
      LEFT JOIN unnest(v_places, v_outcomes, v_ids) AS u(place, outcome, id) ON u.place = n.place
      WHERE u.outcome IS DISTINCT FROM 'duplicate' ORDER BY n.place ON CONFLICT DO NOTHING;
  END IF;
END $$;

-- Claims ticks of several schedules in the order given; answers the number of each claim that was made with its rows.
CREATE OR REPLACE FUNCTION fire_schedules(p_queue int, p_fires json)
RETURNS TABLE (number bigint, schedule schedules, place bigint, outcome text, job_id text) LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  v_fire record;
BEGIN
  PERFORM 1 FROM queues q WHERE q.queue = p_queue FOR UPDATE;
  FOR v_fire IN SELECT y.number, x.* FROM json_array_elements(p_fires) WITH ORDINALITY AS y(entry, number),
    json_to_record(y.entry) AS x(id text, expected bigint, next_at float8, state text, jobs json, keyed boolean, entries json,
      keep int, track boolean, duplicate json) ORDER BY y.number LOOP
    RETURN QUERY SELECT v_fire.number, f.* FROM fire_schedule(p_queue, v_fire.id, v_fire.expected, v_fire.next_at, v_fire.state,
      v_fire.jobs, v_fire.keyed, v_fire.entries, v_fire.keep, v_fire.track, v_fire.duplicate) f;
  END LOOP;
END $$;

-- Lists the jobs of a schedule that have not ended; forgets those that never will run again.
CREATE OR REPLACE FUNCTION live_runs(p_queue int, p_id text) RETURNS SETOF text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM runs r WHERE r.queue = p_queue AND r.schedule = p_id AND NOT EXISTS (SELECT 1 FROM jobs j
    WHERE j.queue = p_queue AND j.id = r.job AND j.status <> 'completed');
  RETURN QUERY SELECT r.job FROM runs r JOIN jobs j ON j.queue = r.queue AND j.id = r.job
    WHERE r.queue = p_queue AND r.schedule = p_id AND j.status NOT IN ('completed', 'failed', 'cancelled')
    ORDER BY r.run;
END $$;
`;
