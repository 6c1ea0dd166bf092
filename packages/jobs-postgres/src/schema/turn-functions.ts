/** The condition of jobs of a fair order that no limits keep apart, as their index says it. */
export const PLAIN = `j.status = 'waiting' AND NOT j.limited AND j.class IS NOT NULL AND j.number IS NULL`;

/** The oldest transaction that has not ended, as the statement sees it: what it does not see is of that one or of later ones. */
const OLDEST = 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint';

/** The first transaction that has not begun, as the statement sees it. */
const NEWEST = 'pg_snapshot_xmax(pg_current_snapshot())::text::bigint';

/** How many transactions, or arrivals in one call, are passed over before the bound of those that are gone is written. */
const PASSED_OVER = 100;

/** How many changes one call takes out at most: about 50 ms of work. Very many come while no worker runs, or the queue is paused. */
const SETTLED_AT_ONCE = 1000;

/**
 * SQL functions of turns in a fair order. All but those that read are called under the lock of the limits. The virtual time
 * of a class is the largest number that has started; a class without shares has none. No share has a number below `low`.
 */
export const TURN_FUNCTIONS: string = `
CREATE OR REPLACE FUNCTION virtual_time(p_queue int, p_class float8) RETURNS float8 LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN coalesce((SELECT c.virtual_time FROM fair_classes c WHERE c.queue = p_queue AND c.class = p_class), 0);
END $$;

-- Gives shares the number of the first of their jobs that no limits keep apart; one without any jobs goes.
CREATE OR REPLACE FUNCTION renumber(p_queue int, p_classes float8[], p_keys text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_gone float8[];
BEGIN
  WITH named AS MATERIALIZED (SELECT p_queue AS queue, n.* FROM unnest(p_classes, p_keys) AS n(class, key)), new AS MATERIALIZED (
    SELECT n.queue, n.class, n.key, (SELECT 1 / coalesce(j.weight, 1) FROM jobs j WHERE j.queue = n.queue AND j.class = n.class
      AND coalesce(j.fair_key, '') = n.key AND ${PLAIN} ORDER BY j.turn LIMIT 1) AS cost FROM named n
  ), changed AS (
    UPDATE shares s SET number = s.base + n.cost FROM new n WHERE s.queue = n.queue AND s.class = n.class AND s.key = n.key
      AND s.number IS DISTINCT FROM s.base + n.cost RETURNING s.queue, s.class, s.number
  )
  UPDATE fair_classes c SET low = n.low FROM (SELECT u.queue, u.class, min(u.number) AS low FROM changed u GROUP BY u.queue, u.class) n
    WHERE c.queue = n.queue AND c.class = n.class AND c.low > n.low;
  -- OFFSET 0 looks each up by its key: a join may read all shares of the queue.
  WITH gone AS (
    DELETE FROM shares s USING unnest(p_classes, p_keys) AS n(class, key) CROSS JOIN LATERAL (SELECT h.ctid AS at FROM shares h
      WHERE h.queue = p_queue AND h.class = n.class AND h.key = n.key AND h.number IS NULL OFFSET 0) o
      WHERE s.ctid = o.at AND NOT EXISTS (SELECT 1 FROM share_lines l WHERE l.queue = p_queue AND l.class = n.class AND l.key = n.key)
      RETURNING s.class
  )
  SELECT array_agg(DISTINCT g.class) INTO v_gone FROM gone g;
  FOR v_at IN 1 .. coalesce(cardinality(v_gone), 0) LOOP PERFORM drop_class(p_queue, v_gone[v_at]); END LOOP;
END $$;

CREATE OR REPLACE FUNCTION drop_share(p_queue int, p_class float8, p_key text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM share_lines l WHERE l.queue = p_queue AND l.class = p_class AND l.key = p_key;
  DELETE FROM shares s WHERE s.queue = p_queue AND s.class = p_class AND s.key = p_key;
  PERFORM drop_class(p_queue, p_class);
END $$;

-- Forgets a class that has no shares.
CREATE OR REPLACE FUNCTION drop_class(p_queue int, p_class float8) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM shares s WHERE s.queue = p_queue AND s.class = p_class) THEN
    DELETE FROM fair_classes c WHERE c.queue = p_queue AND c.class = p_class;
  END IF;
END $$;

-- Whether something has changed for shares since the last call of settle_turns.
CREATE OR REPLACE FUNCTION has_arrivals(p_queue int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce((SELECT c.seen > ${OLDEST} OR EXISTS (SELECT 1 FROM arrivals a WHERE a.queue = p_queue AND a.added >= c.seen)
      FROM fair_classes c WHERE c.queue = p_queue ORDER BY c.class LIMIT 1),
    EXISTS (SELECT 1 FROM arrivals a WHERE a.queue = p_queue));
END $$;

-- Takes out what has changed for shares since the last call, but no more than about a thousand changes; returns whether others are
-- left of those that had come when a call first left some. Until none are, no job is to start: its key would get turns before keys
-- whose jobs wait as long. No job waits for those that come later, which may go on for ever. What this call does not see is of
-- transactions that have not ended, so that the next one need not pass over all that is gone, which stays in the index for a while.
-- A copy of the tables on another server may have seen later transactions than there are.
CREATE OR REPLACE FUNCTION settle_turns(p_queue int) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_all arrivals[];
  v_comes boolean[];
  v_each arrivals;
  v_from int := 1;
  v_seen bigint;
  v_oldest bigint;
  v_last bigint;
  v_more boolean;
  v_bound bigint;
BEGIN
  IF NOT has_arrivals(p_queue) THEN RETURN false; END IF;
  SELECT c.seen INTO v_seen FROM fair_classes c WHERE c.queue = p_queue ORDER BY c.class LIMIT 1;
  IF v_seen > ${OLDEST} THEN v_seen := 0; END IF;
  WITH first AS MATERIALIZED (
    SELECT a.ctid AS at FROM arrivals a WHERE a.queue = p_queue AND a.added >= coalesce(v_seen, 0)
      ORDER BY a.added, a.entry LIMIT ${SETTLED_AT_ONCE}
  ), gone AS MATERIALIZED (DELETE FROM arrivals a USING first f WHERE a.ctid = f.at RETURNING a.*)
  SELECT coalesce(array_agg(g.each ORDER BY (g.each).entry), '{}'), array_agg(coalesce(g.comes, false) ORDER BY (g.each).entry), ${OLDEST},
      (SELECT CASE WHEN count(*) = ${SETTLED_AT_ONCE} THEN max(o.added) END FROM gone o) INTO v_all, v_comes, v_oldest, v_last
    FROM (SELECT o::arrivals AS each, bool_or(o.kind IN ('arrival', 'kept')) OVER (PARTITION BY o.class, o.key ORDER BY o.entry
      ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS comes FROM gone o WHERE o.kind <> 'left') g;
  FOR v_at IN 1 .. cardinality(v_all) + 1 LOOP
    v_each := v_all[v_at];
    CONTINUE WHEN v_each.kind = 'arrival';
    -- Those that come one after the other count in together.
    IF v_from < v_at THEN PERFORM join_turns(p_queue, v_all[v_from:v_at - 1]); END IF;
    v_from := v_at + 1;
    EXIT WHEN v_at > cardinality(v_all);
    IF v_each.kind = 'emptied' THEN
      PERFORM drop_share(p_queue, v_each.class, v_each.key);
      -- A job that came since may keep a turn. One that came before may be seen only now.
      CONTINUE WHEN v_comes[v_at] OR NOT has_jobs(p_queue, v_each.class, v_each.key);
    ELSIF v_each.kind IN ('kept', 'back') THEN
      PERFORM give_back(p_queue, v_each);
    END IF;
    CONTINUE WHEN v_each.kind = 'back';
    PERFORM join_turns(p_queue, ARRAY[v_each]);
  END LOOP;
  v_more := v_last IS NOT NULL AND EXISTS (SELECT 1 FROM arrivals a WHERE a.queue = p_queue AND a.added >= v_last);
  IF v_more THEN
    v_oldest := least(v_oldest, v_last);
    SELECT least(max(c.settling), ${NEWEST}) INTO v_bound FROM fair_classes c WHERE c.queue = p_queue;
  END IF;
  -- Not each time: to pass over a few that are gone costs less than a write.
  UPDATE fair_classes c SET seen = v_oldest, settling = v_bound WHERE c.queue = p_queue
    AND (c.seen > v_oldest OR c.seen < v_oldest - ${PASSED_OVER} OR cardinality(v_all) > ${PASSED_OVER}
      OR c.settling IS DISTINCT FROM v_bound);
  RETURN v_more AND v_last < v_bound;
END $$;

-- Makes shares for keys that have none.
CREATE OR REPLACE FUNCTION join_turns(p_queue int, p_arrivals arrivals[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_classes float8[];
  v_keys text[];
BEGIN
  SELECT array_agg(f.class ORDER BY f.entry), array_agg(f.key ORDER BY f.entry) INTO v_classes, v_keys FROM (
    SELECT a.class, a.key, min(a.entry) AS entry FROM unnest(p_arrivals) a GROUP BY a.class, a.key) f;
  -- OFFSET 0 looks each up by its key: a join may read all shares of the queue.
  INSERT INTO shares SELECT p_queue, n.class, n.key, virtual_time(p_queue, n.class), nextval('turns'), NULL
    FROM unnest(v_classes, v_keys) AS n(class, key)
    WHERE NOT EXISTS (SELECT 1 FROM shares s WHERE s.queue = p_queue AND s.class = n.class AND s.key = n.key OFFSET 0);
  INSERT INTO fair_classes SELECT DISTINCT p_queue, c.class, 0::float8 FROM unnest(v_classes) AS c(class) ON CONFLICT DO NOTHING;
  PERFORM renumber(p_queue, v_classes, v_keys);
END $$;

-- Gives a start back, unless the key has started another job since.
CREATE OR REPLACE FUNCTION give_back(p_queue int, p_start arrivals) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_base float8;
BEGIN
  -- All jobs of its class may have started since, and with them its virtual time gone: it waits for no turns of that.
  UPDATE shares s SET base = least(s.base, p_start.base), since = p_start.since, number = s.number - s.base + least(s.base, p_start.base)
    WHERE s.queue = p_queue AND s.class = p_start.class AND s.key = p_start.key AND s.since = p_start.at RETURNING s.base INTO v_base;
  IF FOUND THEN
    UPDATE fair_classes c SET low = v_base WHERE c.queue = p_queue AND c.class = p_start.class AND c.low > v_base;
    -- The lines that limits keep apart go ahead as well, and with them those of the limits.
    UPDATE share_lines l SET number = least(l.number, v_base), since = -1
      WHERE l.queue = p_queue AND l.class = p_start.class AND l.key = p_start.key;
    UPDATE lines l SET rank = p_start.class, number = v_base, turn = -1
      FROM share_lines s WHERE s.queue = p_queue AND s.class = p_start.class AND s.key = p_start.key
        AND l.queue = s.queue AND l.name = s.name AND l.rate_key = s.rate_key AND l.concurrency_key = s.concurrency_key
        AND (l.rank, l.number, l.turn) > (p_start.class, v_base, -1);
  ELSIF p_start.kind = 'kept' THEN
    INSERT INTO shares VALUES (p_queue, p_start.class, p_start.key,
      least(p_start.base, virtual_time(p_queue, p_start.class)), p_start.since, NULL) ON CONFLICT DO NOTHING;
  END IF;
END $$;
`;
