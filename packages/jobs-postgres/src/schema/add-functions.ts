import { jobOf, PLANNED } from './plan.ts';

/** Functions that store new jobs and make delayed ones ready. */
export const ADD_FUNCTIONS: string = `
-- Makes delayed jobs whose time has come ready, at most 1,000; answers how many.
CREATE OR REPLACE FUNCTION promote_due(p_queue int, p_now float8) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_count int;
  v_events text[];
  v_heard boolean := is_heard(p_queue);
BEGIN
  WITH due AS MATERIALIZED (
    SELECT id FROM jobs WHERE queue = p_queue AND status = 'delayed' AND rank <= p_now
      ORDER BY rank, turn LIMIT 1000 FOR UPDATE SKIP LOCKED
  ), placed AS MATERIALIZED (SELECT p_queue AS queue, id, nextval('turns') AS turn FROM due), moved AS (
    UPDATE jobs j SET status = 'waiting', rank = 0 - j.priority, turn = placed.turn
      FROM placed WHERE ${jobOf('placed')} RETURNING j.id, j.name
  ), counted AS (
    INSERT INTO counts SELECT p_queue, s.status, m.name, s.sign * count(*)
      FROM moved m CROSS JOIN (VALUES ('delayed', -1), ('waiting', 1)) s(status, sign)
      GROUP BY s.status, m.name, s.sign
  )
  SELECT count(*), array_agg(event('waiting', id, name, p_now)) FILTER (WHERE v_heard)
    INTO v_count, v_events FROM moved;
  IF v_events IS NOT NULL THEN PERFORM tell(p_queue, v_events); END IF;
  RETURN v_count;
END $$;

CREATE OR REPLACE FUNCTION new_jobs(p_jobs json) RETURNS TABLE (
  place bigint, id text, name text, version float8, priority float8, created_at float8, run_at float8,
  delay_ms float8, max_attempts float8, expires_at float8, concurrency_key text, rate_key text,
  parent_id text, keep float8[], payload text, metadata text, key text, mode text, ttl_ms float8, max_wait_ms float8,
  timeout_ms float8, tags text[], blocked boolean, fair_key text, weight float8, deadline_at float8
) LANGUAGE sql IMMUTABLE AS $$
  SELECT x.ordinality, x.id, x.name, x.version, x.priority, x.created_at, x.run_at, x.delay_ms,
    x.max_attempts, x.expires_at, x.concurrency_key, x.rate_key, x.parent_id, x.keep, x.payload,
    x.metadata, x.key, x.mode, x.ttl_ms, x.max_wait_ms, x.timeout_ms, x.tags, x.blocked, x.fair_key, x.weight,
    x.deadline_at
  FROM ROWS FROM (json_to_recordset(p_jobs) AS (
    id text, name text, version float8, priority float8, created_at float8, run_at float8,
    delay_ms float8, max_attempts float8, expires_at float8, concurrency_key text, rate_key text,
    parent_id text, keep float8[], payload text, metadata text, key text, mode text, ttl_ms float8, max_wait_ms float8,
    timeout_ms float8, tags text[], blocked boolean, fair_key text, weight float8, deadline_at float8
  )) WITH ORDINALITY AS x
$$;

-- Stores jobs in the order given. run_at stays what was asked for; a delay is counted from the server's time
-- (rank). Answers the places of those that were not, each with the job that is stored. With p_refuses it stores
-- none when one has the id of a job of another name, and answers that one as taken.
CREATE OR REPLACE FUNCTION add_jobs(p_queue int, p_jobs json, p_keyed boolean, p_joined boolean, p_refuses boolean)
RETURNS TABLE (place bigint, outcome text, job jobs) LANGUAGE plpgsql ${PLANNED} AS $$
#variable_conflict use_column
DECLARE
  v_now float8 := now_ms();
  v_heard boolean := is_heard(p_queue);
  v_added text[];
  v_places bigint[];
  v_events text[];
  v_new record;
  v_held bigint;
  v_policy text;
  v_age float8;
  v_revision int;
BEGIN
  PERFORM hold_order(p_queue);
  SELECT nullif(q.policy, 'fifo'), q.age_per_priority, q.order_revision INTO v_policy, v_age, v_revision FROM queues q
    WHERE q.queue = p_queue;
  IF p_refuses THEN
    -- OFFSET 0 keeps the look-ups by primary key; see jobOf.
    RETURN QUERY SELECT n.place, 'taken'::text, o.job FROM new_jobs(p_jobs) n CROSS JOIN LATERAL
      (SELECT j AS job FROM jobs j WHERE j.queue = p_queue AND j.id = n.id AND j.name <> n.name OFFSET 0) o
      ORDER BY n.place LIMIT 1;
    IF FOUND THEN RETURN; END IF;
  END IF;
  IF p_keyed THEN
    -- In one order for all, or two calls with the same keys could wait for each other for ever; and the jobs that hold them,
    -- in the order of ids, as all others lock jobs. In a transaction of the user only those that it may change: others may end.
    PERFORM pg_advisory_xact_lock(k.lock) FROM (SELECT DISTINCT hashtextextended(n.key, p_queue) AS lock
      FROM new_jobs(p_jobs) n WHERE n.key IS NOT NULL ORDER BY 1) k;
    WITH held AS MATERIALIZED (
      SELECT p_queue AS queue, k.job AS id FROM new_jobs(p_jobs) n CROSS JOIN LATERAL
        (SELECT h.job FROM keys h WHERE h.queue = p_queue AND h.key = n.key OFFSET 0) k WHERE NOT (p_joined AND n.mode = 'drop')
    ) SELECT count(*) INTO v_held FROM (
      SELECT 1 FROM held h JOIN jobs j ON ${jobOf('h')} ORDER BY j.id FOR UPDATE OF j
    ) locked;
  END IF;
  -- Not in a transaction of the user: no worker could start them before it ends.
  IF NOT p_joined AND EXISTS (SELECT 1 FROM jobs WHERE queue = p_queue AND status = 'delayed' AND rank <= v_now) THEN
    PERFORM promote_due(p_queue, v_now);
  END IF;
  IF p_keyed THEN
    IF json_array_length(p_jobs) > 1 THEN
      -- Jobs with keys are added in the order given, but ids must be taken in one order for all, or two calls could wait
      -- for each other for ever. A row that is added and removed holds its id until the transaction ends.
      WITH taken AS (
        INSERT INTO jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at, max_attempts, keep)
          SELECT p_queue, n.id, n.name, 'adding', 0, 0, 0, 0, 0, 0, 0, '{}' FROM new_jobs(p_jobs) n ORDER BY n.id, n.place
          ON CONFLICT (queue, id) DO NOTHING RETURNING id
      ) SELECT array_agg(t.id) INTO v_added FROM taken t;
      DELETE FROM jobs j WHERE j.queue = p_queue AND j.id = ANY (v_added);
    END IF;
    FOR v_new IN SELECT n.place, n.key, n.mode, n.ttl_ms, json_build_array(p_jobs -> (n.place - 1)::int) AS one
      FROM new_jobs(p_jobs) n ORDER BY n.place
    LOOP
      RETURN QUERY SELECT v_new.place, m.outcome, m.job FROM add_keyed(p_queue, v_new.one, v_new.key,
        v_new.mode, v_new.ttl_ms, v_now) m;
    END LOOP;
    PERFORM wake(p_queue, p_joined);
    RETURN;
  END IF;
  WITH new AS MATERIALIZED (
    SELECT n.*, nextval('turns') AS turn, coalesce(v_now + n.delay_ms, n.run_at) AS at FROM new_jobs(p_jobs) n
  ), placed AS MATERIALIZED (
    SELECT n.*, CASE WHEN n.blocked THEN 'blocked' WHEN n.at > v_now AND (n.delay_ms IS NOT NULL OR n.run_at > n.created_at)
      THEN 'delayed' ELSE 'waiting' END AS status FROM new n
  ), added AS (
    INSERT INTO jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at, max_attempts,
      expires_at, deduplication_key, deduplication_mode, deduplication_ttl, concurrency_key, rate_key, parent_id, keep,
      payload, metadata, timeout_ms, tags, fair_key, weight, deadline_at, order_revision, class, number, arrived_at)
    SELECT p_queue, p.id, p.name, p.status,
      CASE p.status WHEN 'delayed' THEN p.at WHEN 'blocked' THEN 0 ELSE 0 - p.priority END,
      p.turn, p.version, p.priority, p.created_at,
      CASE WHEN p.blocked AND p.delay_ms IS NOT NULL THEN p.at ELSE p.run_at END, p.max_attempts, p.expires_at, p.key, p.mode, p.ttl_ms,
      p.concurrency_key, p.rate_key, p.parent_id, p.keep, p.payload, p.metadata,
      p.timeout_ms, p.tags, p.fair_key, p.weight, p.deadline_at, v_revision, class_of(v_policy, p.priority),
      number_of(v_policy, v_age, p.priority, p.run_at, p.deadline_at), CASE WHEN v_policy IS NOT NULL THEN p.run_at END
    -- In one order for all: who adds an id that another call is adding waits for that call.
    FROM placed p ORDER BY p.id, p.place
    ON CONFLICT (queue, id) DO NOTHING RETURNING id, name, status, run_at, turn, class, fair_key
  ), arrived AS (
    INSERT INTO arrivals (queue, class, key, kind) SELECT p_queue, k.class, k.key, 'arrival' FROM (
      SELECT a.class, coalesce(a.fair_key, '') AS key, min(a.turn) AS turn FROM added a
        WHERE v_policy = 'fair' AND a.status = 'waiting' GROUP BY a.class, coalesce(a.fair_key, '')) k ORDER BY k.turn
  ), counted AS (
    INSERT INTO counts SELECT p_queue, a.status, a.name, count(*) FROM added a GROUP BY a.status, a.name
  )
  -- Not as a join: without hash joins it would cost the square of the number of jobs; IN has a hash table of its own.
  SELECT array_agg(n.place) FILTER (WHERE s.is_short AND n.turn NOT IN (SELECT a.turn FROM added a)),
      array_agg(n.id) FILTER (WHERE s.is_short AND n.turn NOT IN (SELECT a.turn FROM added a)),
      CASE WHEN v_heard THEN (SELECT array_agg(event(a.status, a.id, a.name, v_now,
        CASE a.status WHEN 'delayed' THEN json_build_object('runAt', a.run_at) END) ORDER BY a.turn)
        FROM added a WHERE a.status <> 'blocked') END
    INTO v_places, v_added, v_events
    FROM new n, (SELECT (SELECT count(*) FROM added) < (SELECT count(*) FROM new) AS is_short) s;
  IF v_events IS NOT NULL THEN PERFORM tell(p_queue, v_events); END IF;
  PERFORM wake(p_queue, p_joined);
  IF v_places IS NULL THEN RETURN; END IF;
  RETURN QUERY SELECT d.place, 'duplicate'::text, (SELECT j FROM jobs j WHERE j.queue = p_queue AND j.id = d.id)
    FROM unnest(v_places, v_added) AS d(place, id);
END $$;

-- Gives a key to a job, which has started p_token times.
CREATE OR REPLACE FUNCTION take_key(p_queue int, p_key text, p_job text, p_mode text, p_free float8, p_token float8)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO keys VALUES (p_queue, p_key, p_job, p_mode, p_free, p_token)
    ON CONFLICT (queue, key) DO UPDATE SET job = excluded.job, mode = excluded.mode, free_at = excluded.free_at,
      fencing_token = excluded.fencing_token;
END $$;

-- Stores one job that may want a key; the lock on the key is held.
CREATE OR REPLACE FUNCTION add_keyed(p_queue int, p_one json, p_key text, p_mode text, p_ttl float8, p_now float8)
RETURNS TABLE (outcome text, job jobs) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_new record;
  v_first jobs;
  v_holder text;
  v_token float8;
  v_status text;
  v_at float8;
  v_free float8 := p_now + p_ttl;
  v_queue queues;
BEGIN
  SELECT * INTO v_queue FROM queues q WHERE q.queue = p_queue;
  SELECT * INTO v_new FROM new_jobs(p_one);
  v_at := coalesce(p_now + v_new.delay_ms, v_new.run_at);
  v_status := CASE WHEN v_new.blocked THEN 'blocked'
    WHEN v_at > p_now AND (v_new.delay_ms IS NOT NULL OR v_new.run_at > v_new.created_at) THEN 'delayed' ELSE 'waiting' END;
  SELECT j.* INTO v_first FROM jobs j WHERE j.queue = p_queue AND j.id = v_new.id;
  IF FOUND THEN RETURN QUERY SELECT 'duplicate'::text, v_first; RETURN; END IF;
  IF p_key IS NOT NULL THEN
    SELECT k.job, k.fencing_token INTO v_holder, v_token FROM keys k
      WHERE k.queue = p_queue AND k.key = p_key AND (k.free_at IS NULL OR k.free_at > p_now);
    IF FOUND THEN
      IF p_mode = 'drop' THEN
        SELECT j.* INTO v_first FROM jobs j WHERE j.queue = p_queue AND j.id = v_holder;
      ELSE
        SELECT j.* INTO v_first FROM jobs j WHERE j.queue = p_queue AND j.id = v_holder FOR UPDATE;
      END IF;
      IF NOT FOUND THEN v_first.id := v_holder; END IF;
      IF is_heard(p_queue) THEN
        PERFORM tell(p_queue, ARRAY[event('deduplicated', v_holder, v_first.name, p_now,
          json_build_object('deduplicatedJobId', v_new.id, 'key', p_key))]);
      END IF;
      IF p_mode = 'drop' OR v_first.status NOT IN ('waiting', 'delayed') OR v_first.status IS NULL
        OR v_first.fencing_token > v_token OR v_first.name <> v_new.name THEN
        RETURN QUERY SELECT 'duplicate'::text, v_first;
        RETURN;
      END IF;
      -- With its priority it keeps its place.
      UPDATE jobs j SET limited = false, payload = v_new.payload, version = v_new.version, priority = v_new.priority,
        max_attempts = v_new.max_attempts, expires_at = v_new.expires_at, metadata = v_new.metadata,
        parent_id = v_new.parent_id, concurrency_key = v_new.concurrency_key, rate_key = v_new.rate_key,
        keep = v_new.keep, timeout_ms = v_new.timeout_ms, tags = v_new.tags,
        fair_key = v_new.fair_key, weight = v_new.weight, deadline_at = v_new.deadline_at,
        rank = CASE WHEN j.status = 'waiting' THEN 0 - v_new.priority ELSE j.rank END,
        turn = CASE WHEN j.status = 'waiting' AND j.priority <> v_new.priority THEN nextval('turns') ELSE j.turn END
        WHERE j.queue = p_queue AND j.id = v_holder RETURNING j.* INTO v_first;
      IF v_first.stepped THEN
        DELETE FROM steps s WHERE s.queue = p_queue AND s.job = v_holder;
        UPDATE jobs j SET signals = NULL WHERE j.queue = p_queue AND j.id = v_holder;
      END IF;
      PERFORM bring_steps(p_queue, v_holder, p_one -> 0 -> 'steps');
      IF p_mode = 'extend' THEN
        v_at := least(v_at, v_first.created_at + v_new.max_wait_ms);
        IF v_at <= p_now THEN v_status := 'waiting'; END IF;
        IF v_first.status <> v_status THEN
          INSERT INTO counts VALUES (p_queue, v_first.status, v_first.name, -1), (p_queue, v_status, v_first.name, 1);
        END IF;
        UPDATE jobs j SET run_at = least(v_new.run_at, j.created_at + v_new.max_wait_ms), status = v_status,
          turn = nextval('turns'), arrived_at = NULL,
          rank = CASE v_status WHEN 'delayed' THEN v_at ELSE 0 - j.priority END
          WHERE j.queue = p_queue AND j.id = v_holder RETURNING j.* INTO v_first;
        UPDATE keys k SET free_at = v_free WHERE k.queue = p_queue AND k.key = p_key;
        IF is_heard(p_queue) THEN
          PERFORM tell(p_queue, ARRAY[event(v_status, v_holder, v_first.name, p_now,
            CASE v_status WHEN 'delayed' THEN json_build_object('runAt', v_first.run_at) END)]);
        END IF;
      END IF;
      RETURN QUERY SELECT 'replaced'::text, v_first;
      RETURN;
    END IF;
  END IF;
  INSERT INTO jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at, max_attempts,
    expires_at, deduplication_key, deduplication_mode, deduplication_ttl, concurrency_key, rate_key, parent_id, keep,
    payload, metadata, timeout_ms, tags, fair_key, weight, deadline_at, order_revision, class, number, arrived_at)
  VALUES (p_queue, v_new.id, v_new.name, v_status, CASE v_status WHEN 'delayed' THEN v_at WHEN 'blocked' THEN 0 ELSE 0 - v_new.priority END,
    nextval('turns'), v_new.version, v_new.priority, v_new.created_at,
    CASE WHEN v_new.blocked AND v_new.delay_ms IS NOT NULL THEN v_at ELSE v_new.run_at END, v_new.max_attempts,
    v_new.expires_at, p_key, p_mode, p_ttl, v_new.concurrency_key, v_new.rate_key, v_new.parent_id, v_new.keep, v_new.payload,
    v_new.metadata, v_new.timeout_ms, v_new.tags, v_new.fair_key, v_new.weight, v_new.deadline_at, v_queue.order_revision,
    class_of(v_queue.policy, v_new.priority), number_of(v_queue.policy, v_queue.age_per_priority, v_new.priority, v_new.run_at,
      v_new.deadline_at), CASE WHEN v_queue.policy <> 'fifo' THEN v_new.run_at END)
  ON CONFLICT (queue, id) DO NOTHING;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'duplicate'::text, j FROM jobs j WHERE j.queue = p_queue AND j.id = v_new.id;
    RETURN;
  END IF;
  INSERT INTO counts VALUES (p_queue, v_status, v_new.name, 1);
  PERFORM bring_steps(p_queue, v_new.id, p_one -> 0 -> 'steps');
  IF v_queue.policy = 'fair' AND v_status = 'waiting' THEN
    INSERT INTO arrivals (queue, class, key, kind) VALUES (p_queue, 0 - v_new.priority, coalesce(v_new.fair_key, ''), 'arrival');
  END IF;
  IF p_key IS NOT NULL THEN
    PERFORM take_key(p_queue, p_key, v_new.id, p_mode, v_free, 0);
  END IF;
  IF v_status <> 'blocked' AND is_heard(p_queue) THEN
    PERFORM tell(p_queue, ARRAY[event(v_status, v_new.id, v_new.name, p_now,
      CASE v_status WHEN 'delayed' THEN json_build_object('runAt', v_new.run_at) END)]);
  END IF;
END $$;
`;
