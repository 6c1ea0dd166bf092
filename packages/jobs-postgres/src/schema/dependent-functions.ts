import { jobOf, PLANNED } from './plan.ts';

/** SQL functions that store jobs that wait for others. */
export const DEPENDENT_FUNCTIONS: string = `
-- What jobs of one call wait for: the place of the job among them, and the place of its dependency among its own.
CREATE OR REPLACE FUNCTION new_edges(p_edges json) RETURNS TABLE (
  place bigint, item int, id text, vital boolean, dep_queue text, dep_id text
) LANGUAGE sql IMMUTABLE AS $$
  SELECT x.ordinality, x.item, x.id, x.vital, x.dep_queue, x.dep_id FROM ROWS FROM (json_to_recordset(p_edges) AS (
    item int, id text, vital boolean, dep_queue text, dep_id text)) WITH ORDINALITY AS x
$$;

-- Stores jobs of which some wait for others, as add_jobs does with p_refuses. When one waits for a job that is not
-- stored, and does not come before it, it stores none, and answers the place of that edge as missing. With p_parent it
-- lets that job, which is active under p_token, wait for all of them, and answers lost or circle if it may not.
CREATE OR REPLACE FUNCTION add_dependents(p_queue int, p_jobs json, p_edges json, p_keyed boolean, p_joined boolean,
  p_parent text, p_token float8, p_vital boolean)
RETURNS TABLE (place bigint, outcome text, job jobs) LANGUAGE plpgsql ${PLANNED} AS $$
#variable_conflict use_column
DECLARE
  v_name text;
  v_parent jobs;
  v_new text[];
  v_names text[];
  v_missing bigint;
  v_known text[];
  v_results jsonb;
  v_circle bigint;
  v_locked bigint;
  v_others jsonb;
  v_ids text[];
  v_vital boolean[];
  v_queues int[];
  v_deps text[];
BEGIN
  PERFORM hold_order(p_queue);
  SELECT q.name INTO v_name FROM queues q WHERE q.queue = p_queue;
  -- Read once: the text of a large batch costs more to read than to look its jobs up.
  SELECT array_agg(n.id ORDER BY n.place), array_agg(n.name ORDER BY n.place) INTO v_new, v_names FROM new_jobs(p_jobs) n;
  -- Look-ups by primary key, whatever the statistics: by OFFSET 0, by subqueries of one value, and by jobOf. The + 0
  -- keeps the planner from reading all jobs in the order of that key, since sorting is switched off.
  RETURN QUERY SELECT n.place, 'taken'::text, o.job FROM unnest(v_new, v_names) WITH ORDINALITY AS n(id, name, place) CROSS JOIN LATERAL
    (SELECT j AS job FROM jobs j WHERE j.queue = p_queue AND j.id = n.id AND j.name <> n.name OFFSET 0) o
    ORDER BY n.place LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  -- Before the jobs, as in add_jobs.
  IF p_keyed THEN
    PERFORM pg_advisory_xact_lock(k.lock) FROM (SELECT DISTINCT hashtextextended(n.key, p_queue) AS lock
      FROM new_jobs(p_jobs) n WHERE n.key IS NOT NULL ORDER BY 1) k;
  END IF;
  -- All that exists already and is to be waited for, the parent, and those that hold keys, in the order in which all lock
  -- jobs: none of them ends or is removed meanwhile.
  WITH wanted AS MATERIALIZED (
      SELECT DISTINCT q.queue, e.dep_id AS id FROM new_edges(p_edges) e JOIN queues q ON q.name = e.dep_queue
      UNION SELECT p_queue, p_parent WHERE p_parent IS NOT NULL
      UNION SELECT p_queue, n.id FROM unnest(v_new) AS n(id) WHERE p_parent IS NOT NULL
      UNION SELECT p_queue, k.job FROM new_jobs(p_jobs) n CROSS JOIN LATERAL
        (SELECT h.job FROM keys h WHERE h.queue = p_queue AND h.key = n.key OFFSET 0) k WHERE p_keyed
    ) SELECT count(*) INTO v_locked FROM (
      SELECT 1 FROM wanted w JOIN jobs j ON ${jobOf('w')} ORDER BY j.queue + 0, j.id FOR UPDATE OF j) l;
  IF p_parent IS NOT NULL THEN
    SELECT * INTO v_parent FROM jobs j WHERE j.queue = p_queue AND j.id = p_parent AND j.status = 'active'
      AND j.fencing_token = p_token;
    IF NOT FOUND THEN RETURN QUERY SELECT 0::bigint, 'lost'::text, NULL::jobs; RETURN; END IF;
    -- Of all at once; only if there is a circle, of each.
    IF leads_to(p_queue, v_parent.node, p_parent, p_jobs, p_edges) THEN
      SELECT n.place INTO v_circle FROM new_jobs(p_jobs) n WHERE leads_to(p_queue, v_parent.node, p_parent,
        json_build_array(p_jobs -> (n.place - 1)::int), (SELECT json_agg(e) FROM new_edges(p_edges) e WHERE e.id = n.id))
        ORDER BY n.place LIMIT 1;
      RETURN QUERY SELECT coalesce(v_circle, 1), 'circle'::text, NULL::jobs;
      RETURN;
    END IF;
  END IF;
  -- A known job stays as it is, whatever has become of those it waited for.
  SELECT array_agg(n.id) INTO v_known FROM unnest(v_new) AS n(id)
    WHERE (SELECT true FROM jobs j WHERE j.queue = p_queue AND j.id = n.id);
  SELECT e.place INTO v_missing FROM new_edges(p_edges) e WHERE e.id NOT IN (SELECT k.id FROM unnest(v_known) AS k(id))
    AND (SELECT (SELECT true FROM jobs j WHERE j.queue = q.queue AND j.id = e.dep_id) FROM queues q
      WHERE q.name = e.dep_queue) IS NOT TRUE
    AND NOT (e.dep_queue = v_name AND e.dep_id IN (SELECT n.id FROM unnest(v_new) AS n(id)))
    ORDER BY e.place LIMIT 1;
  IF FOUND THEN RETURN QUERY SELECT v_missing, 'missing'::text, NULL::jobs; RETURN; END IF;
  SELECT jsonb_object_agg(a.place, to_jsonb(a)) INTO v_results FROM (
    SELECT a.place, a.outcome, (a.job).id AS id FROM add_jobs(p_queue, p_jobs, p_keyed, p_joined, false) a) a;
  -- Who waits for a job that is a duplicate waits for that which holds its key; a duplicate waits for nothing more.
  SELECT jsonb_object_agg(n.id, v_results -> n.place::text ->> 'id') INTO v_others
    FROM unnest(v_new) WITH ORDINALITY AS n(id, place) WHERE v_results ? n.place::text AND v_results -> n.place::text ->> 'id' <> n.id;
  SELECT array_agg(e.id ORDER BY e.place), array_agg(e.vital ORDER BY e.place), array_agg(q.queue ORDER BY e.place),
      array_agg(coalesce(CASE q.queue WHEN p_queue THEN v_others ->> e.dep_id END, e.dep_id) ORDER BY e.place)
    INTO v_ids, v_vital, v_queues, v_deps FROM new_edges(p_edges) e JOIN queues q ON q.name = e.dep_queue
    WHERE v_results IS NULL OR NOT v_results ? e.item::text;
  IF v_ids IS NOT NULL THEN PERFORM connect_jobs(p_queue, v_ids, v_vital, v_queues, v_deps, false); END IF;
  IF p_parent IS NOT NULL THEN
    SELECT array_agg(p_parent), array_agg(p_vital), array_agg(p_queue),
        array_agg(coalesce(v_results -> n.place::text ->> 'id', n.id) ORDER BY n.place)
      INTO v_ids, v_vital, v_queues, v_deps FROM unnest(v_new) WITH ORDINALITY AS n(id, place);
    PERFORM connect_jobs(p_queue, v_ids, v_vital, v_queues, v_deps, true);
  END IF;
  IF EXISTS (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.status = 'blocked' AND (j.open_deps = 0 OR j.failed_deps > 0))
    THEN PERFORM wake(p_queue, p_joined); END IF;
  IF v_results IS NULL THEN RETURN; END IF;
  RETURN QUERY SELECT r.key::bigint, r.value ->> 'outcome', o.job FROM jsonb_each(v_results) r LEFT JOIN LATERAL
    (SELECT j AS job FROM jobs j WHERE j.queue = p_queue AND j.id = r.value ->> 'id' OFFSET 0) o ON true;
END $$;

-- The jobs that hold the keys of new ones, which these turn out to be.
CREATE OR REPLACE FUNCTION holders_of(p_queue int, p_jobs json) RETURNS TABLE (id text) LANGUAGE sql STABLE ${PLANNED} AS $$
  SELECT k.job FROM new_jobs(p_jobs) n CROSS JOIN LATERAL
    (SELECT h.job FROM keys h WHERE h.queue = p_queue AND h.key = n.key AND (h.free_at IS NULL OR h.free_at > now_ms()) OFFSET 0) k
    WHERE n.key IS NOT NULL AND (SELECT true FROM jobs j WHERE j.queue = p_queue AND j.id = n.id) IS NOT TRUE
$$;

-- Whether new children, or what they wait for, wait for their parent, themselves or through others.
CREATE OR REPLACE FUNCTION leads_to(p_queue int, p_node bigint, p_parent text, p_jobs json, p_edges json)
RETURNS boolean LANGUAGE sql STABLE ${PLANNED} AS $$
  WITH RECURSIVE first AS MATERIALIZED (
    SELECT p_queue AS queue, n.id FROM new_jobs(p_jobs) n
    UNION SELECT q.queue, e.dep_id FROM new_edges(p_edges) e JOIN queues q ON q.name = e.dep_queue
    UNION SELECT p_queue, h.id FROM holders_of(p_queue, p_jobs) h
  ), before (node) AS (
    SELECT j.node FROM first f JOIN jobs j ON j.queue = f.queue AND j.id = f.id WHERE j.node IS NOT NULL
    UNION SELECT g.dependency FROM edges g JOIN before b ON g.dependant = b.node
  )
  SELECT EXISTS (SELECT 1 FROM first f WHERE f.queue = p_queue AND f.id = p_parent)
    OR EXISTS (SELECT 1 FROM before b WHERE b.node = p_node)
$$;

-- Those of some dependencies that their jobs do not wait for yet, each once.
CREATE OR REPLACE FUNCTION fresh_edges(p_queue int, p_ids text[], p_vital boolean[], p_queues int[], p_deps text[])
RETURNS TABLE (dependant bigint, place bigint, vital boolean, dep_queue int, dep_id text) LANGUAGE sql STABLE ${PLANNED} AS $$
  SELECT me.node, w.place, w.vital, w.dep_queue, w.dep_id FROM (
    SELECT DISTINCT ON (u.id, u.dep_queue, u.dep_id) u.* FROM unnest(p_ids, p_vital, p_queues, p_deps) WITH ORDINALITY
      AS u(id, vital, dep_queue, dep_id, place) ORDER BY u.id, u.dep_queue, u.dep_id, u.place
  ) w CROSS JOIN LATERAL (SELECT j.node FROM jobs j WHERE j.queue = p_queue AND j.id = w.id OFFSET 0) me
  WHERE (SELECT true FROM edges e WHERE e.dependant = me.node AND e.dependency =
    (SELECT d.node FROM jobs d WHERE d.queue = w.dep_queue AND d.id = w.dep_id)) IS NOT TRUE
$$;

-- Lets jobs of a queue wait for others, which the caller has locked or just added: parallel arrays, an edge each.
CREATE OR REPLACE FUNCTION connect_jobs(p_queue int, p_ids text[], p_vital boolean[], p_queues int[], p_deps text[], p_children boolean)
RETURNS void LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_dependants bigint[];
  v_vital boolean[];
  v_queues int[];
  v_deps text[];
BEGIN
  WITH d AS MATERIALIZED (SELECT DISTINCT p_queue AS queue, u.id FROM unnest(p_ids) AS u(id))
  UPDATE jobs j SET node = nextval('nodes') FROM d WHERE ${jobOf('d')} AND j.node IS NULL;
  SELECT array_agg(e.dependant ORDER BY e.place), array_agg(e.vital ORDER BY e.place), array_agg(e.dep_queue ORDER BY e.place),
      array_agg(e.dep_id ORDER BY e.place)
    INTO v_dependants, v_vital, v_queues, v_deps FROM fresh_edges(p_queue, p_ids, p_vital, p_queues, p_deps) e;
  WITH f AS MATERIALIZED (
    SELECT e.queue, e.id, count(*)::int AS waiting FROM unnest(v_queues, v_deps) AS e(queue, id) GROUP BY e.queue, e.id
  )
  UPDATE jobs j SET node = coalesce(j.node, nextval('nodes')), awaited = coalesce(j.awaited, 0) + f.waiting
    FROM f WHERE ${jobOf('f')};
  -- The first free place is found before any edge is added: a look-up meanwhile would pass all that are added.
  WITH f AS MATERIALIZED (
    SELECT x.*, coalesce((SELECT max(e.position) + 1 FROM edges e WHERE e.dependant = x.dependant), 0) AS first
      FROM unnest(v_dependants, v_vital, v_queues, v_deps) WITH ORDINALITY AS x(dependant, vital, dep_queue, dep_id, place)
      ORDER BY x.place
  )
  INSERT INTO edges
    SELECT f.dependant, f.first
        + row_number() OVER (PARTITION BY f.dependant ORDER BY f.place) - 1,
      d.node, d.queue, d.id, d.name, f.vital, p_children,
      CASE WHEN d.finished_at IS NULL THEN 'open' WHEN d.status = 'completed' THEN 'completed' ELSE 'failed' END
    FROM f CROSS JOIN LATERAL (SELECT j.* FROM jobs j WHERE j.queue = f.dep_queue AND j.id = f.dep_id OFFSET 0) d;
  PERFORM count_edges(ARRAY(SELECT (SELECT me.node FROM jobs me WHERE me.queue = p_queue AND me.id = d.id)
    FROM (SELECT DISTINCT u.id FROM unnest(p_ids) AS u(id)) d));
END $$;

-- Counts what some jobs wait for.
CREATE OR REPLACE FUNCTION count_edges(p_nodes bigint[]) RETURNS void LANGUAGE sql ${PLANNED} AS $$
  UPDATE jobs j SET waits_for = c.total, open_deps = c.open, failed_deps = c.failed, spared_deps = c.spared FROM (
    SELECT n.node, count(e.state)::int AS total, (count(*) FILTER (WHERE e.state = 'open'))::int AS open,
        (count(*) FILTER (WHERE e.state = 'failed' AND e.is_vital))::int AS failed,
        (count(*) FILTER (WHERE e.state = 'failed' AND NOT e.is_vital))::int AS spared
      FROM unnest(p_nodes) AS n(node) LEFT JOIN edges e ON e.dependant = n.node GROUP BY n.node
  ) c WHERE j.node = ANY (ARRAY[c.node])
$$;

-- What a job of any queue waits for, a page of it.
CREATE OR REPLACE FUNCTION dependencies_of(p_queue int, p_name text, p_id text, p_unmet boolean, p_from int, p_limit int)
RETURNS TABLE (place int, queue_name text, id text, name text, is_child boolean, is_vital boolean, status text, result text, error text,
  created_at float8, processed_at float8, finished_at float8, waits_for int, open_deps int, failed_deps int, spared_deps int)
LANGUAGE sql STABLE ${PLANNED} AS $$
  SELECT e.position, q.name, e.id, e.name, e.is_child, e.is_vital, d.status, d.result, d.error,
      d.created_at, d.processed_at, d.finished_at, d.waits_for, d.open_deps, d.failed_deps, d.spared_deps
    FROM edges e
    JOIN queues q ON q.queue = e.queue LEFT JOIN jobs d ON d.node = e.dependency
    WHERE e.dependant = (SELECT j.node FROM jobs j JOIN queues n ON n.queue = j.queue WHERE n.name = p_name AND j.id = p_id)
      AND e.position >= p_from AND NOT (p_unmet AND e.state = 'completed')
    ORDER BY e.position LIMIT p_limit
$$;
`;
