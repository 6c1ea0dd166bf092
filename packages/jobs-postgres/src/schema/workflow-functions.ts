import { jobOf, PLANNED } from './plan.ts';

/** SQL functions that carry the ends of jobs to those that wait for them. */
export const WORKFLOW_FUNCTIONS: string = `
-- Takes the lock of those that carry ends to other jobs, or bring jobs back: one at a time.
CREATE OR REPLACE FUNCTION lock_workflows(p_wait boolean) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_lock bigint := hashtextextended('philjs-jobs workflows ' || current_schema(), 0);
BEGIN
  IF NOT p_wait THEN RETURN pg_try_advisory_xact_lock(v_lock); END IF;
  PERFORM pg_advisory_xact_lock(v_lock);
  RETURN true;
END $$;

-- Notes the end of a job.
CREATE OR REPLACE FUNCTION note_ending() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO endings (node, kind) VALUES (NEW.node, CASE NEW.status WHEN 'completed' THEN 'completed' ELSE 'failed' END);
  ELSE
    INSERT INTO endings (node, kind) VALUES (OLD.node, CASE WHEN OLD.finished_at IS NULL THEN 'removed' ELSE 'gone' END);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER job_ends AFTER UPDATE OF finished_at ON jobs FOR EACH ROW
  WHEN (NEW.node IS NOT NULL AND NEW.finished_at IS NOT NULL AND OLD.finished_at IS NULL) EXECUTE FUNCTION note_ending();
CREATE OR REPLACE TRIGGER job_goes AFTER DELETE ON jobs FOR EACH ROW WHEN (OLD.node IS NOT NULL) EXECUTE FUNCTION note_ending();

-- What the ends of some jobs change: those themselves, what waits for them, and what they wait for. Not as SQL, as is_heard.
CREATE OR REPLACE FUNCTION touched_by(p_nodes bigint[]) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT array_agg(t.node) FROM (
    SELECT e.dependant AS node FROM edges e WHERE e.dependency = ANY (p_nodes) AND e.state = 'open'
    UNION SELECT e.dependency FROM edges e WHERE e.dependant = ANY (p_nodes)
    UNION SELECT unnest(p_nodes)) t);
END $$;

-- Carries the ends of jobs to those that wait for them, in any queue, at most 1,000 at once. Only one call does so at a
-- time. It answers false if something is left for another call. With p_wait it waits for its turn, and once for jobs: for
-- the first it needs, in the order of queues and ids, so the caller may hold none. It never waits for more while it holds
-- some, or it could deadlock. The caller applies the retention of its queue; each other one that may need it is marked.
CREATE OR REPLACE FUNCTION settle(p_wait boolean, p_queue int) RETURNS boolean LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_wait boolean := p_wait;
  v_endings bigint[];
  v_nodes bigint[];
  v_touched bigint[];
  v_queues int[];
  v_others int[];
  v_there int;
  v_locked int;
BEGIN
  IF NOT lock_workflows(p_wait) THEN RETURN false; END IF;
  LOOP
    SELECT array_agg(e.ending), array_agg(DISTINCT e.node) INTO v_endings, v_nodes
      FROM (SELECT * FROM endings ORDER BY ending LIMIT 1000) e;
    IF v_endings IS NULL THEN RETURN true; END IF;
    IF v_wait THEN
      v_wait := false;
      v_touched := touched_by(v_nodes);
      PERFORM 1 FROM jobs j WHERE j.node = ANY (v_touched) ORDER BY j.queue + 0, j.id FOR UPDATE;
    END IF;
    -- Jobs may have been connected while it waited.
    v_touched := touched_by(v_nodes);
    SELECT count(*) INTO v_there FROM jobs j WHERE j.node = ANY (v_touched);
    SELECT count(*), array_agg(DISTINCT l.queue) FILTER (WHERE l.queue IS DISTINCT FROM p_queue) INTO v_locked, v_others
      FROM (SELECT j.queue FROM jobs j WHERE j.node = ANY (v_touched) FOR UPDATE SKIP LOCKED) l;
    IF v_locked < v_there THEN RETURN false; END IF;
    WITH ends AS MATERIALIZED (
      -- One that ended and was removed counts as it ended.
      SELECT DISTINCT ON (e.node) e.node, e.kind FROM endings e WHERE e.ending = ANY (v_endings) ORDER BY e.node, e.ending
    ), closed AS (
      UPDATE edges e SET state = CASE x.kind WHEN 'completed' THEN 'completed' ELSE 'failed' END FROM ends x
        WHERE e.dependency = ANY (ARRAY[x.node]) AND e.state = 'open' RETURNING e.dependant, e.is_vital, e.state = 'failed' AS fails
    ), counted AS (
      UPDATE jobs j SET open_deps = j.open_deps - c.closed, failed_deps = j.failed_deps + c.failed, spared_deps = coalesce(j.spared_deps, 0) + c.spared FROM (
        SELECT l.dependant, count(*)::int AS closed, (count(*) FILTER (WHERE l.fails AND l.is_vital))::int AS failed,
            (count(*) FILTER (WHERE l.fails AND NOT l.is_vital))::int AS spared FROM closed l GROUP BY l.dependant
      ) c WHERE j.node = ANY (ARRAY[c.dependant])
      RETURNING j.queue, j.status = 'blocked' AND (j.open_deps = 0 OR j.failed_deps > 0) AS is_listed
    )
    SELECT array_agg(DISTINCT c.queue) FILTER (WHERE c.is_listed) INTO v_queues FROM counted c;
    UPDATE jobs j SET awaited = j.awaited - c.ended FROM (
      SELECT e.dependency, count(*)::int AS ended FROM edges e WHERE e.dependant = ANY (ARRAY(
        SELECT x.node FROM (SELECT DISTINCT ON (e.node) e.node, e.kind FROM endings e
          WHERE e.ending = ANY (v_endings) ORDER BY e.node, e.ending) x WHERE x.kind <> 'gone'))
      GROUP BY e.dependency
    ) c WHERE j.node = ANY (ARRAY[c.dependency]);
    PERFORM drop_unawaited(v_touched);
    IF v_others IS NOT NULL THEN
      PERFORM mark_unretained(u.queue) FROM (SELECT DISTINCT j.queue FROM jobs j WHERE j.node = ANY (v_touched)
        AND j.queue + 0 = ANY (v_others) AND coalesce(j.awaited, 0) = 0 AND j.finished_at IS NOT NULL) u;
    END IF;
    DELETE FROM edges e USING endings x WHERE x.ending = ANY (v_endings) AND x.kind IN ('removed', 'gone')
      AND e.dependant = ANY (ARRAY[x.node]);
    DELETE FROM endings e WHERE e.ending = ANY (v_endings);
    -- Without the lock of wake-ups: who holds several might wait for another that does.
    PERFORM wake(q.queue, true) FROM unnest(v_queues) AS q(queue);
  END LOOP;
END $$;

-- Removes those among some nodes that are kept for no time, once no other job waits for them.
CREATE OR REPLACE FUNCTION drop_unawaited(p_nodes bigint[]) RETURNS void LANGUAGE sql ${PLANNED} AS $$
  WITH gone AS (
    DELETE FROM jobs j WHERE j.node = ANY (p_nodes) AND coalesce(j.awaited, 0) = 0 AND j.finished_at IS NOT NULL
      AND j.keep[2 * array_position(ARRAY['completed', 'failed', 'cancelled'], j.status)] = 0
    RETURNING j.queue, j.id, j.name, j.status, j.logged
  ), silenced AS (
    DELETE FROM logs l USING gone g WHERE g.logged AND l.queue = g.queue AND l.job = g.id
  )
  INSERT INTO counts SELECT g.queue, g.status, g.name, 0 - count(*) FROM gone g GROUP BY g.queue, g.status, g.name
$$;

-- Marks a queue to whose ended jobs retention is to be applied, and wakes a worker of it. A mark that is there does, if no
-- exchange is taking it away: that one might not see what this call let go.
CREATE OR REPLACE FUNCTION mark_unretained(p_queue int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM unretained u WHERE u.queue = p_queue LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN INSERT INTO unretained (queue) VALUES (p_queue); END IF;
  PERFORM wake(p_queue, true);
END $$;

-- Takes the marks of a queue away; returns whether there were any. One that a call is setting stays.
CREATE OR REPLACE FUNCTION take_unretained(p_queue int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM unretained u WHERE u.ctid = ANY (ARRAY(
    SELECT m.ctid FROM unretained m WHERE m.queue = p_queue FOR UPDATE SKIP LOCKED));
  RETURN FOUND;
END $$;

-- Settles what is left, when another call was about to. The caller applies the retention of the queue.
CREATE OR REPLACE FUNCTION settle_now(p_queue int) RETURNS boolean LANGUAGE sql SET search_path FROM CURRENT AS
  $$ SELECT settle(true, p_queue) $$;

-- Settles what a change by a user ended, and applies the retention to what that let go, or lets a worker do both. The caller
-- may hold jobs.
CREATE OR REPLACE FUNCTION settle_soon(p_queue int) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_nodes bigint[] := ARRAY(SELECT e.node FROM endings e ORDER BY e.ending LIMIT 1001);
BEGIN
  IF cardinality(v_nodes) = 0 THEN RETURN; END IF;
  v_nodes := CASE WHEN cardinality(v_nodes) <= 1000 THEN touched_by(v_nodes) END;
  IF settle(false, p_queue) THEN
    IF NOT (SELECT bool_or(retain(p_queue, s.status)) FROM unnest(ARRAY['completed', 'failed', 'cancelled']) AS s(status)
      WHERE v_nodes IS NULL OR EXISTS (SELECT 1 FROM jobs j WHERE j.node = ANY (v_nodes) AND j.queue + 0 = p_queue
        AND j.status = s.status AND coalesce(j.awaited, 0) = 0)) IS TRUE THEN RETURN; END IF;
    -- More is left, or another call that applies it now does not see what this one let go.
  END IF;
  PERFORM mark_unretained(p_queue);
END $$;

-- Releases at most 100 blocked jobs whose dependencies have ended; answers those that are to fail for one, leased. A holder
-- that is stopping gets none of the latter.
CREATE OR REPLACE FUNCTION release_dependants(p_queue int, p_holder text, p_limit int, p_lease float8, p_now float8,
  p_stopping boolean, OUT doomed jobs[], OUT is_cut boolean) LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_heard boolean := is_heard(p_queue);
  v_events text[];
  v_count int;
  v_released int;
BEGIN
  WITH picked AS MATERIALIZED (
    SELECT j.id, j.failed_deps > 0 AS fails, CASE WHEN j.failed_deps > 0 THEN 'active'
      WHEN j.run_at > p_now AND j.run_at > j.created_at THEN 'delayed' ELSE 'waiting' END AS becomes
    FROM jobs j WHERE j.queue = p_queue AND j.status = 'blocked' AND (j.open_deps = 0 OR j.failed_deps > 0)
      AND NOT (p_stopping AND j.failed_deps > 0) ORDER BY j.turn LIMIT 100 FOR UPDATE SKIP LOCKED
  ), placed AS MATERIALIZED (SELECT p.*, nextval('turns') AS next FROM picked p), moved AS (
    UPDATE jobs j SET status = p.becomes, turn = p.next, doomed = p.fails,
      rank = CASE p.becomes WHEN 'active' THEN p_now WHEN 'delayed' THEN j.run_at ELSE 0 - j.priority END,
      ready_turn = CASE WHEN p.fails THEN j.turn ELSE j.ready_turn END,
      processed_at = CASE WHEN p.fails THEN p_now ELSE j.processed_at END,
      fencing_token = j.fencing_token + CASE WHEN p.fails THEN 1 ELSE 0 END,
      lease_until = CASE WHEN p.fails THEN p_now + p_lease END, holder = CASE WHEN p.fails THEN p_holder ELSE j.holder END
    FROM placed p WHERE j.queue = p_queue AND j.id = p.id RETURNING j.*
  ), freed AS (
    DELETE FROM keys k USING moved m WHERE m.status = 'active' AND m.deduplication_key IS NOT NULL AND k.queue = p_queue
      AND k.key = m.deduplication_key AND k.job = m.id AND k.mode <> 'drop'
  ), counted AS (
    INSERT INTO counts SELECT p_queue, c.status, c.name, sum(c.jobs) FROM (
      SELECT 'blocked' AS status, m.name, -1 AS jobs FROM moved m UNION ALL SELECT m.status, m.name, 1 FROM moved m
    ) c GROUP BY c.status, c.name
  )
  SELECT count(*), count(*) FILTER (WHERE m.status <> 'active'),
      array_agg(m::jobs ORDER BY m.turn) FILTER (WHERE m.status = 'active'),
      CASE WHEN v_heard THEN array_agg(event(m.status, m.id, m.name, p_now,
        CASE m.status WHEN 'delayed' THEN json_build_object('runAt', m.run_at) END) ORDER BY m.turn) END
    INTO v_count, v_released, doomed, v_events FROM moved m;
  is_cut := v_count = 100;
  IF v_events IS NOT NULL THEN PERFORM tell(p_queue, v_events); END IF;
  -- This worker takes the first of them; the others are for other workers.
  IF v_released > p_limit THEN PERFORM wake(p_queue, true); END IF;
END $$;

-- Looks again at what jobs wait for and that had failed: it may have been retried while they had ended. Each of the jobs,
-- which are about to be put back, counts as open for those behind it.
CREATE OR REPLACE FUNCTION look_again(p_nodes bigint[]) RETURNS void LANGUAGE sql ${PLANNED} AS $$
  WITH changed AS (
    UPDATE edges e SET state = CASE d.status WHEN 'completed' THEN 'completed' ELSE 'open' END FROM jobs d
      WHERE e.dependant = ANY (p_nodes) AND e.state = 'failed' AND d.node = e.dependency
        AND (d.finished_at IS NULL OR d.status = 'completed'
          OR array_position(p_nodes, d.node) < array_position(p_nodes, e.dependant))
      RETURNING e.dependant, e.is_vital, e.state
  )
  UPDATE jobs j SET open_deps = j.open_deps + c.opened, failed_deps = j.failed_deps - c.vital, spared_deps = j.spared_deps - c.spared FROM (
    SELECT x.dependant, (count(*) FILTER (WHERE x.state = 'open'))::int AS opened, (count(*) FILTER (WHERE x.is_vital))::int AS vital,
      (count(*) FILTER (WHERE NOT x.is_vital))::int AS spared FROM changed x GROUP BY x.dependant
  ) c WHERE j.node = ANY (ARRAY[c.dependant])
$$;

-- Blocks the jobs again that failed for jobs that are put back, and those that failed for them. The caller has the lock of
-- workflows, and has settled.
CREATE OR REPLACE FUNCTION bring_back(p_nodes bigint[]) RETURNS void LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_left bigint[] := p_nodes;
  v_ended bigint[];
  v_now float8 := now_ms();
  v_job jobs;
  v_holder text;
BEGIN
  WHILE cardinality(v_left) > 0 LOOP
    UPDATE jobs j SET awaited = coalesce(j.awaited, 0) + c.waiting FROM (
      SELECT e.dependency, count(*)::int AS waiting FROM edges e WHERE e.dependant = ANY (v_left) GROUP BY e.dependency
    ) c WHERE j.node = ANY (ARRAY[c.dependency]);
    v_ended := '{}';
    FOR v_job IN
      -- One that added children may still be running: it waits for them once it is put back.
      WITH reopened AS (
        UPDATE edges e SET state = 'open' FROM jobs d WHERE e.dependency = ANY (v_left) AND e.state = 'failed'
          AND d.node = e.dependant AND (d.doomed OR d.status = 'blocked' OR (d.status = 'active' AND e.is_child))
        RETURNING e.dependant, e.is_vital
      ), counted AS (
        UPDATE jobs j SET open_deps = j.open_deps + c.opened, failed_deps = j.failed_deps - c.vital,
            spared_deps = j.spared_deps - (c.opened - c.vital) FROM (
          SELECT r.dependant, count(*)::int AS opened, (count(*) FILTER (WHERE r.is_vital))::int AS vital
            FROM reopened r GROUP BY r.dependant
        ) c WHERE j.node = ANY (ARRAY[c.dependant]) RETURNING j.*
      )
      SELECT c.* FROM counted c WHERE c.doomed AND c.failed_deps = 0 ORDER BY c.queue, c.id
    LOOP
      -- Core is failing this one now: it is blocked once core has answered.
      CONTINUE WHEN v_job.status = 'active';
      IF v_job.finished_at IS NOT NULL AND v_job.deduplication_key IS NOT NULL THEN
        SELECT k.job INTO v_holder FROM keys k WHERE k.queue = v_job.queue AND k.key = v_job.deduplication_key
          AND (k.free_at IS NULL OR k.free_at > v_now);
        CONTINUE WHEN FOUND AND v_holder <> v_job.id;
        PERFORM take_key(v_job.queue, v_job.deduplication_key, v_job.id, v_job.deduplication_mode,
          v_now + v_job.deduplication_ttl, v_job.fencing_token);
      END IF;
      INSERT INTO counts VALUES (v_job.queue, v_job.status, v_job.name, -1), (v_job.queue, 'blocked', v_job.name, 1);
      IF v_job.finished_at IS NULL THEN
        UPDATE jobs j SET doomed = false WHERE j.node = v_job.node;
        CONTINUE;
      END IF;
      UPDATE jobs j SET status = 'blocked', rank = 0, turn = nextval('turns'), run_at = v_now, arrived_at = NULL, doomed = false,
        attempts_made = 0, stalled_count = 0, error = NULL, failures = NULL, expires_at = NULL, finished_at = NULL,
        cancel_requested = NULL WHERE j.node = v_job.node;
      -- One that is put back itself, too, is among those whose dependants and dependencies were seen.
      IF NOT v_job.node = ANY (p_nodes) THEN v_ended := v_ended || v_job.node; END IF;
    END LOOP;
    v_left := v_ended;
  END LOOP;
END $$;

-- All that may come back with some jobs, and what those wait for.
CREATE OR REPLACE FUNCTION to_bring_back(p_queue int, p_ids text[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
  WITH RECURSIVE down (node) AS (
    SELECT j.node FROM jobs j WHERE j.queue = p_queue AND j.id = ANY (p_ids) AND j.node IS NOT NULL
    UNION SELECT e.dependant FROM edges e JOIN down d ON e.dependency = d.node WHERE e.state = 'failed'
  )
  SELECT array_agg(b.node) FROM (
    SELECT d.node FROM down d UNION SELECT e.dependency FROM edges e JOIN down d ON e.dependant = d.node
  ) b
$$;

-- Readies jobs of workflows to be put back: takes the lock of workflows; locks all that may come back, what settling needs,
-- the jobs themselves and those that hold their keys, at once and in the order of queues and ids; and settles. Answers
-- false if it could not: the caller has to end its transaction, and to ask again.
CREATE OR REPLACE FUNCTION lock_to_bring_back(p_queue int, p_ids text[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_locked bigint;
BEGIN
  PERFORM lock_workflows(true);
  WITH wanted AS MATERIALIZED (
    SELECT j.queue, j.id FROM jobs j WHERE j.node = ANY (to_bring_back(p_queue, p_ids) ||
      touched_by(ARRAY(SELECT e.node FROM endings e ORDER BY e.ending LIMIT 1000)))
    UNION SELECT p_queue, i.id FROM unnest(p_ids) AS i(id)
    UNION SELECT p_queue, k.job FROM jobs j JOIN keys k ON k.queue = p_queue AND k.key = j.deduplication_key
      WHERE j.queue = p_queue AND j.id = ANY (p_ids)
  ) SELECT count(*) INTO v_locked FROM (
    SELECT 1 FROM wanted w JOIN jobs j ON ${jobOf('w')} ORDER BY j.queue + 0, j.id FOR UPDATE OF j) l;
  -- Other workflows may wait for jobs that others hold.
  RETURN settle(false, NULL) OR NOT EXISTS (
    SELECT 1 FROM endings e WHERE e.node = ANY (to_bring_back(p_queue, p_ids)));
END $$;
`;
