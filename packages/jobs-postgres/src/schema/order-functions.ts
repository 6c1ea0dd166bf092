import { MAX_AGE_MS, NO_DEADLINE } from '@philjs/jobs-core/internal';
import { jobOf, PLANNED } from './plan.ts';

/** How many jobs one call moves to another order. */
const MOVED_AT_ONCE = 1_000;

/**
 * SQL functions that say where jobs stand in the order of their queue, and move them to another one. Who adds jobs or puts
 * ended ones back holds the lock of the order, shared, from before it locks a job: so none misses a change of the order.
 */
export const ORDER_FUNCTIONS: string = `
CREATE OR REPLACE FUNCTION hold_order(p_queue int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('philjs-jobs order', p_queue));
END $$;

-- The pair that sorts a job, as core's placeOf makes it; no class where jobs go first in, first out.
CREATE OR REPLACE FUNCTION class_of(p_policy text, p_priority float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_policy IN ('fair', 'deadline') THEN 0 - p_priority WHEN p_policy = 'ageing' THEN 0::float8 END
$$;
CREATE OR REPLACE FUNCTION number_of(p_policy text, p_age float8, p_priority float8, p_arrived float8, p_deadline float8)
RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_policy WHEN 'ageing' THEN p_arrived - greatest(least(p_priority * p_age, ${MAX_AGE_MS}), -${MAX_AGE_MS})
    WHEN 'deadline' THEN coalesce(p_deadline, ${NO_DEADLINE}) END
$$;

-- Places a job again whose facts changed, or that had ended.
CREATE OR REPLACE FUNCTION place_job() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_queue queues;
BEGIN
  PERFORM hold_order(NEW.queue);
  SELECT * INTO v_queue FROM queues q WHERE q.queue = NEW.queue;
  IF OLD.finished_at IS NOT NULL OR NEW.arrived_at IS NULL THEN NEW.arrived_at := NEW.run_at; END IF;
  NEW.order_revision := v_queue.order_revision;
  NEW.class := class_of(v_queue.policy, NEW.priority);
  NEW.number := number_of(v_queue.policy, v_queue.age_per_priority, NEW.priority, NEW.arrived_at, NEW.deadline_at);
  -- No other trigger sees that it came to the order only now.
  IF OLD.finished_at IS NULL AND OLD.order_revision <> NEW.order_revision AND NEW.status = 'waiting' AND v_queue.policy = 'fair' THEN
    INSERT INTO arrivals (queue, class, key, kind) VALUES (NEW.queue, NEW.class, coalesce(NEW.fair_key, ''), 'arrival');
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER job_is_placed BEFORE UPDATE ON jobs FOR EACH ROW
  WHEN (NEW.finished_at IS NULL AND (OLD.finished_at IS NOT NULL OR (NEW.class IS NOT NULL AND OLD.class IS NOT NULL
    AND (NEW.arrived_at IS NULL OR NEW.priority <> OLD.priority OR NEW.deadline_at IS DISTINCT FROM OLD.deadline_at))))
  EXECUTE FUNCTION place_job();

-- Notes a change that matters to the share of a job in a fair order, besides its start.
CREATE OR REPLACE FUNCTION note_turn() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  -- First: the virtual time of a class goes with its last share.
  IF NEW.status = 'waiting' THEN
    INSERT INTO arrivals (queue, class, key, kind) VALUES (NEW.queue, NEW.class, coalesce(NEW.fair_key, ''), 'arrival');
  END IF;
  IF OLD.status = 'waiting' THEN
    PERFORM note_left(NEW.queue, ARRAY[OLD.class], ARRAY[coalesce(OLD.fair_key, '')]);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER job_takes_turn AFTER UPDATE ON jobs FOR EACH ROW
  WHEN (NEW.class IS NOT NULL AND NEW.number IS NULL AND NEW.status <> 'active'
    AND (OLD.finished_at IS NOT NULL OR OLD.order_revision = NEW.order_revision)
    AND ((OLD.status = 'waiting') <> (NEW.status = 'waiting') OR (NEW.status = 'waiting' AND (NEW.class <> OLD.class
      OR NEW.fair_key IS DISTINCT FROM OLD.fair_key OR NEW.weight IS DISTINCT FROM OLD.weight))))
  EXECUTE FUNCTION note_turn();

-- Notes the keys that jobs have left, and which of them have no waiting jobs any more.
CREATE OR REPLACE FUNCTION note_left(p_queue int, p_classes float8[], p_keys text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO arrivals (queue, class, key, kind) SELECT p_queue, l.class, l.key,
      CASE WHEN has_jobs(p_queue, l.class, l.key) THEN 'left' ELSE 'emptied' END FROM unnest(p_classes, p_keys) AS l(class, key);
END $$;

CREATE OR REPLACE FUNCTION has_jobs(p_queue int, p_class float8, p_key text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.class = p_class AND coalesce(j.fair_key, '') = p_key
      AND j.status = 'waiting' AND NOT j.limited AND j.class IS NOT NULL AND j.number IS NULL)
    OR EXISTS (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.class = p_class AND coalesce(j.fair_key, '') = p_key
      AND j.status = 'waiting' AND j.limited AND j.class IS NOT NULL AND j.number IS NULL);
END $$;

-- Stores the order of a queue, with p_first only if none is stored; returns the one stored then.
CREATE OR REPLACE FUNCTION set_order(p_queue int, p_policy text, p_age float8, p_first boolean,
  OUT policy text, OUT age_per_priority float8) LANGUAGE plpgsql ${PLANNED} AS $$
#variable_conflict use_column
BEGIN
  SELECT q.policy, q.age_per_priority INTO policy, age_per_priority FROM queues q WHERE q.queue = p_queue;
  IF p_first AND policy IS NOT NULL THEN RETURN; END IF;
  SELECT q.policy, q.age_per_priority INTO policy, age_per_priority FROM queues q WHERE q.queue = p_queue FOR UPDATE;
  IF p_first AND policy IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('philjs-jobs order', p_queue));
  PERFORM lock_limits(p_queue);
  UPDATE queues q SET policy = p_policy, age_per_priority = p_age, order_revision = q.order_revision + 1, is_moving = true,
    moved_rank = '-Infinity', moved_turn = 0, moved_id = NULL WHERE q.queue = p_queue;
  DELETE FROM fair_classes c WHERE c.queue = p_queue;
  DELETE FROM shares s WHERE s.queue = p_queue;
  DELETE FROM share_lines s WHERE s.queue = p_queue;
  DELETE FROM lines l WHERE l.queue = p_queue;
  DELETE FROM arrivals a WHERE a.queue = p_queue;
  policy := p_policy;
  age_per_priority := p_age;
END $$;

-- Moves some jobs to the order that was set: those that wait in queue order, then all others. Returns whether more are left.
-- With p_wait it waits while another call does so.
CREATE OR REPLACE FUNCTION move_jobs(p_queue int, p_wait boolean) RETURNS boolean LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_lock bigint := hashtextextended('philjs-jobs move', p_queue);
  v_queue queues;
  v_ids text[];
  v_rank float8;
  v_turn bigint;
  v_id text;
BEGIN
  IF p_wait THEN PERFORM pg_advisory_xact_lock(v_lock);
  ELSIF NOT pg_try_advisory_xact_lock(v_lock) THEN RETURN false; END IF;
  -- The queue before its jobs, as where a schedule fires.
  SELECT * INTO v_queue FROM queues q WHERE q.queue = p_queue FOR UPDATE;
  IF NOT v_queue.is_moving THEN RETURN false; END IF;
  IF v_queue.moved_id IS NULL THEN
    SELECT array_agg(w.id ORDER BY w.rank, w.turn) INTO v_ids FROM (
      SELECT u.id, u.rank, u.turn FROM (
        (SELECT j.id, j.rank, j.turn FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND NOT j.limited
          AND (j.rank, j.turn) > (v_queue.moved_rank, v_queue.moved_turn) ORDER BY j.rank, j.turn LIMIT ${MOVED_AT_ONCE})
        UNION ALL
        (SELECT j.id, j.rank, j.turn FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND j.limited
          AND (j.rank, j.turn) > (v_queue.moved_rank, v_queue.moved_turn) ORDER BY j.rank, j.turn LIMIT ${MOVED_AT_ONCE})
      ) u ORDER BY u.rank, u.turn LIMIT ${MOVED_AT_ONCE}) w;
    SELECT j.rank, j.turn INTO v_rank, v_turn FROM jobs j WHERE j.queue = p_queue AND j.id = v_ids[cardinality(v_ids)];
    IF v_ids IS NULL THEN v_id := ''; END IF;
  ELSE
    SELECT array_agg(o.id) FILTER (WHERE o.is_stale), max(o.id) INTO v_ids, v_id FROM (
      SELECT j.id, j.finished_at IS NULL AND (CASE WHEN v_queue.policy = 'fifo' THEN j.class IS NOT NULL
        ELSE j.order_revision IS DISTINCT FROM v_queue.order_revision END) AS is_stale
        FROM jobs j WHERE j.queue = p_queue AND j.id > v_queue.moved_id ORDER BY j.id LIMIT ${MOVED_AT_ONCE}) o;
  END IF;
  WITH asked AS MATERIALIZED (SELECT p_queue AS queue, i.id FROM unnest(v_ids) AS i(id)), locked AS MATERIALIZED (
    SELECT j.queue, j.id FROM asked i JOIN jobs j ON ${jobOf('i')} WHERE j.finished_at IS NULL ORDER BY j.id FOR UPDATE OF j
  ), moved AS (
    UPDATE jobs j SET limited = j.limited AND j.status = 'active', order_revision = v_queue.order_revision,
      arrived_at = coalesce(j.arrived_at, j.run_at), charge = NULL, class = class_of(v_queue.policy, j.priority),
      number = number_of(v_queue.policy, v_queue.age_per_priority, j.priority, coalesce(j.arrived_at, j.run_at), j.deadline_at)
      FROM locked l WHERE ${jobOf('l')} RETURNING j.status, j.class, coalesce(j.fair_key, '') AS key, j.turn
  )
  INSERT INTO arrivals (queue, class, key, kind) SELECT p_queue, m.class, m.key, 'arrival' FROM (
    SELECT m.class, m.key, min(m.turn) AS turn FROM moved m WHERE m.status = 'waiting' AND v_queue.policy = 'fair'
      GROUP BY m.class, m.key) m ORDER BY m.turn;
  UPDATE queues q SET moved_rank = coalesce(v_rank, q.moved_rank), moved_turn = coalesce(v_turn, q.moved_turn),
    moved_id = coalesce(v_id, q.moved_id), is_moving = q.moved_id IS NULL OR v_id IS NOT NULL WHERE q.queue = p_queue;
  IF v_queue.policy <> 'fair' THEN DELETE FROM arrivals a WHERE a.queue = p_queue; END IF;
  PERFORM wake(p_queue);
  RETURN v_queue.moved_id IS NULL OR v_id IS NOT NULL;
END $$;

-- Finds the place of a waiting job.
CREATE OR REPLACE FUNCTION place_in_order(p_queue int, p_id text) RETURNS TABLE (policy text, age_per_priority float8, ahead int, others int)
LANGUAGE plpgsql ${PLANNED} AS $$
#variable_conflict use_column
DECLARE
  v_queue queues;
  v_job jobs;
  v_ahead int;
  v_others int;
BEGIN
  SELECT * INTO v_queue FROM queues q WHERE q.queue = p_queue;
  SELECT * INTO v_job FROM jobs j WHERE j.queue = p_queue AND j.id = p_id AND j.status = 'waiting';
  IF NOT FOUND THEN RETURN; END IF;
  IF v_queue.policy = 'fair' AND v_job.class IS NOT NULL THEN
    PERFORM lock_limits(p_queue);
    -- One call counts in a thousand keys, this job's own among them: two tell of as many others as are counted here.
    FOR v_call IN 1 .. 2 LOOP EXIT WHEN NOT settle_turns(p_queue); END LOOP;
    SELECT count(*) INTO v_others FROM (SELECT 1 FROM shares s WHERE s.queue = p_queue AND s.class = v_job.class
      AND s.key <> coalesce(v_job.fair_key, '') LIMIT 1000) o;
    SELECT count(*) INTO v_ahead FROM (
      (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.class = v_job.class AND coalesce(j.fair_key, '') = coalesce(v_job.fair_key, '')
        AND j.status = 'waiting' AND NOT j.limited AND j.class IS NOT NULL AND j.number IS NULL AND j.turn < v_job.turn LIMIT 1000)
      UNION ALL
      (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.class = v_job.class AND coalesce(j.fair_key, '') = coalesce(v_job.fair_key, '')
        AND j.status = 'waiting' AND j.limited AND j.class IS NOT NULL AND j.number IS NULL AND j.turn < v_job.turn LIMIT 1000)
    ) a;
  ELSIF v_job.number IS NOT NULL THEN
    SELECT count(*) INTO v_ahead FROM (
      (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND NOT j.limited AND j.number IS NOT NULL
        AND (j.class, j.number, j.turn) < (v_job.class, v_job.number, v_job.turn) LIMIT 1000)
      UNION ALL
      (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND j.limited AND j.number IS NOT NULL
        AND (j.class, j.number, j.turn) < (v_job.class, v_job.number, v_job.turn) LIMIT 1000)
    ) a;
  ELSE
    SELECT count(*) INTO v_ahead FROM (
      (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND NOT j.limited
        AND (j.rank, j.turn) < (v_job.rank, v_job.turn) LIMIT 1000)
      UNION ALL
      (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND j.limited
        AND (j.rank, j.turn) < (v_job.rank, v_job.turn) LIMIT 1000)
    ) a;
  END IF;
  RETURN QUERY SELECT coalesce(v_queue.policy, 'fifo'), v_queue.age_per_priority, least(v_ahead, 1000), v_others;
END $$;
`;
