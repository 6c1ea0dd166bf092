import { PLANNED } from './plan.ts';

/** Functions that store many jobs of one kind. */
export const ALIKE_FUNCTIONS: string = `
-- Stores jobs that differ in nothing but their ids and payloads, each of which is a line of the lists; an empty line is no
-- payload. The rest is read once, which for many jobs is most of the work of add_jobs. Answers as add_jobs does.
CREATE OR REPLACE FUNCTION add_alike(p_queue int, p_ids text, p_payloads text, p_shared json, p_joined boolean)
RETURNS TABLE (place bigint, outcome text, job jobs) LANGUAGE plpgsql ${PLANNED} AS $$
#variable_conflict use_column
DECLARE
  v_now float8 := now_ms();
  v_heard boolean := is_heard(p_queue);
  v_queue queues;
  v_new record;
  v_at float8;
  v_status text := 'waiting';
  v_rank float8;
  v_class float8;
  v_number float8;
  v_arrived float8;
  v_count int;
  v_added text[];
  v_places bigint[];
  v_ids text[];
  v_events text[];
  v_taken record;
BEGIN
  PERFORM hold_order(p_queue);
  SELECT * INTO v_queue FROM queues q WHERE q.queue = p_queue;
  SELECT * INTO v_new FROM new_jobs(p_shared);
  IF NOT p_joined AND EXISTS (SELECT 1 FROM jobs WHERE queue = p_queue AND status = 'delayed' AND rank <= v_now) THEN
    PERFORM promote_due(p_queue, v_now);
  END IF;
  v_at := coalesce(v_now + v_new.delay_ms, v_new.run_at);
  v_rank := 0 - v_new.priority;
  IF v_at > v_now AND (v_new.delay_ms IS NOT NULL OR v_new.run_at > v_new.created_at) THEN
    v_status := 'delayed';
    v_rank := v_at;
  END IF;
  IF v_queue.policy <> 'fifo' THEN
    v_arrived := v_new.run_at;
    v_class := class_of(v_queue.policy, v_new.priority);
    v_number := number_of(v_queue.policy, v_queue.age_per_priority, v_new.priority, v_new.run_at, v_new.deadline_at);
  END IF;
  WITH new AS MATERIALIZED (
    SELECT l.*, nextval('turns') AS turn FROM unnest(string_to_array(p_ids, E'\\n'), string_to_array(p_payloads, E'\\n', ''))
      WITH ORDINALITY AS l(id, payload, place)
  ), added AS (
    INSERT INTO jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at, max_attempts, expires_at,
      concurrency_key, rate_key, parent_id, keep, payload, metadata, timeout_ms, tags, fair_key, weight, deadline_at,
      order_revision, class, number, arrived_at)
    SELECT p_queue, n.id, v_new.name, v_status, v_rank, n.turn, v_new.version, v_new.priority, v_new.created_at, v_new.run_at,
      v_new.max_attempts, v_new.expires_at, v_new.concurrency_key, v_new.rate_key, v_new.parent_id, v_new.keep, n.payload,
      v_new.metadata, v_new.timeout_ms, v_new.tags, v_new.fair_key, v_new.weight, v_new.deadline_at,
      v_queue.order_revision, v_class, v_number, v_arrived
    -- In one order for all: who adds an id that another call is adding waits for that call.
    FROM new n ORDER BY n.id, n.place
    ON CONFLICT (queue, id) DO NOTHING RETURNING id, turn
  )
  -- Not as a join: without hash joins it would cost the square of the number of jobs; IN has a hash table of its own.
  SELECT s.added, CASE WHEN s.added < s.asked THEN (SELECT array_agg(a.id) FROM added a) END,
      CASE WHEN s.added < s.asked THEN (SELECT array_agg(n.place ORDER BY n.place) FROM new n
        WHERE n.turn NOT IN (SELECT a.turn FROM added a)) END,
      CASE WHEN s.added < s.asked THEN (SELECT array_agg(n.id ORDER BY n.place) FROM new n
        WHERE n.turn NOT IN (SELECT a.turn FROM added a)) END,
      CASE WHEN v_heard THEN (SELECT array_agg(event(v_status, a.id, v_new.name, v_now,
        CASE v_status WHEN 'delayed' THEN json_build_object('runAt', v_new.run_at) END) ORDER BY a.turn) FROM added a) END
    INTO v_count, v_added, v_places, v_ids, v_events
    FROM (SELECT (SELECT count(*) FROM added) AS added, (SELECT count(*) FROM new) AS asked) s;
  IF v_places IS NOT NULL THEN
    -- OFFSET 0 keeps the look-ups by primary key; see jobOf.
    SELECT d.place, o.job INTO v_taken FROM unnest(v_places, v_ids) AS d(place, id) CROSS JOIN LATERAL
      (SELECT j AS job FROM jobs j WHERE j.queue = p_queue AND j.id = d.id AND j.name <> v_new.name OFFSET 0) o
      ORDER BY d.place LIMIT 1;
    IF FOUND THEN
      -- Nothing else has been done, and nobody has seen them.
      DELETE FROM jobs j WHERE j.queue = p_queue AND j.id = ANY (v_added);
      RETURN QUERY SELECT v_taken.place, 'taken'::text, v_taken.job;
      RETURN;
    END IF;
  END IF;
  IF v_count > 0 THEN
    INSERT INTO counts VALUES (p_queue, v_status, v_new.name, v_count);
    IF v_queue.policy = 'fair' AND v_status = 'waiting' THEN
      INSERT INTO arrivals (queue, class, key, kind) VALUES (p_queue, v_class, coalesce(v_new.fair_key, ''), 'arrival');
    END IF;
  END IF;
  IF v_events IS NOT NULL THEN PERFORM tell(p_queue, v_events); END IF;
  PERFORM wake(p_queue, p_joined);
  IF v_places IS NULL THEN RETURN; END IF;
  RETURN QUERY SELECT d.place, 'duplicate'::text, (SELECT j FROM jobs j WHERE j.queue = p_queue AND j.id = d.id)
    FROM unnest(v_places, v_ids) AS d(place, id);
END $$;
`;
