import { NOT_PAUSED } from './not-paused.ts';
import { jobOf } from './plan.ts';
import { PLAIN } from './turn-functions.ts';

/** Returns the part of a statement that starts the jobs of its list `placed`, each with its new turn and what its share was. */
function started(charge: string, isPlaced: string = jobOf('p')): string {
  return `started AS (
    UPDATE jobs j SET status = 'active', rank = p_now, ready_turn = j.turn, turn = p.turn, processed_at = p_now,
      fencing_token = j.fencing_token + 1, lease_until = p_now + p_lease, holder = p_holder, charge = ${charge}
    FROM placed p WHERE ${isPlaced} RETURNING j.*
  ), counted AS (
    INSERT INTO counts SELECT p_queue, c.status, s.name, c.sign * count(*)
      FROM started s CROSS JOIN (VALUES ('waiting', -1), ('active', 1)) c(status, sign)
      GROUP BY c.status, s.name, c.sign
  )`;
}

/** The part of a function after that statement. Few jobs have keys, and each list of a statement costs as much as a job or two. */
const TOLD = `IF v_is_keyed THEN
    DELETE FROM keys k USING unnest(v_jobs) s WHERE s.deduplication_key IS NOT NULL AND k.queue = p_queue
      AND k.key = s.deduplication_key AND k.job = s.id AND k.mode <> 'drop';
  END IF;
  IF v_jobs IS NOT NULL AND is_heard(p_queue) THEN
    PERFORM tell(p_queue, (SELECT array_agg(event('active', s.id, s.name, p_now)) FROM unnest(v_jobs) s));
  END IF;`;

/** Returns the body of a function that starts the jobs that a query picks, perhaps each with what its turn was. */
function starting(picked: string, charge = 'NULL'): string {
  return `DECLARE
  v_jobs jobs[];
  v_is_keyed boolean;
BEGIN
  WITH picked AS MATERIALIZED (
    ${picked}
  ), placed AS MATERIALIZED (SELECT p_queue AS queue, *, nextval('turns') AS turn FROM picked), ${started(charge)}
  SELECT array_agg(s::jobs ORDER BY s.turn), bool_or(s.deduplication_key IS NOT NULL) INTO v_jobs, v_is_keyed FROM started s;
  ${TOLD}
  RETURN v_jobs;
END $$;`;
}

/** SQL functions that start jobs. Each answers the jobs it started, or NULL. */
export const START_FUNCTIONS: string = `
-- Hands out waiting jobs by turn.
CREATE OR REPLACE FUNCTION hand_out(p_queue int, p_holder text, p_limit int, p_lease float8, p_now float8)
RETURNS jobs[] LANGUAGE plpgsql AS $$
${starting(`SELECT j.id FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND NOT j.limited
      AND ${NOT_PAUSED} ORDER BY j.rank, j.turn LIMIT p_limit FOR UPDATE SKIP LOCKED`)}

-- Starts jobs that were picked under limits, in the order given.
CREATE OR REPLACE FUNCTION start_jobs(p_queue int, p_holder text, p_ids text[], p_lease float8, p_now float8)
RETURNS jobs[] LANGUAGE plpgsql AS $$
${starting('SELECT i.id FROM unnest(p_ids) WITH ORDINALITY AS i(id, place) ORDER BY i.place')}

-- Starts jobs that were picked in a fair order, each with what the turn of its key was.
CREATE OR REPLACE FUNCTION start_charged(p_queue int, p_holder text, p_ids text[], p_bases float8[], p_befores float8[],
  p_ats float8[], p_lease float8, p_now float8) RETURNS jobs[] LANGUAGE plpgsql AS $$
${starting(
  `SELECT i.id, ARRAY[i.base, i.before, i.at] AS charge FROM unnest(p_ids, p_bases, p_befores, p_ats)
      AS i(id, base, before, at)`,
  'p.charge',
)}

-- Hands out waiting jobs by number.
CREATE OR REPLACE FUNCTION hand_out_by_number(p_queue int, p_holder text, p_limit int, p_lease float8, p_now float8)
RETURNS jobs[] LANGUAGE plpgsql AS $$
${starting(`SELECT j.id FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND NOT j.limited AND j.number IS NOT NULL
      AND ${NOT_PAUSED} ORDER BY j.class, j.number, j.turn LIMIT p_limit FOR UPDATE SKIP LOCKED`)}

-- Hands out jobs of a fair order where no name has limits, under the lock of the limits, and charges their starts: class by class.
-- The number of the k-th start of a key from now on does not depend on other keys; of equal ones, the key goes first that started
-- earlier before, so the numbers of the starts before decide. A key whose jobs that were read do not suffice is read again. Jobs
-- that others hold are passed over. Shares and jobs are found again by where their rows are: no other call changes a share
-- meanwhile. A job that another call has moved since is followed, or counts as held: that depends on the version of PostgreSQL.
CREATE OR REPLACE FUNCTION hand_out_fair(p_queue int, p_holder text, p_limit int, p_lease float8, p_now float8)
RETURNS jobs[] LANGUAGE plpgsql AS $$
DECLARE
  v_all jobs[] := '{}';
  v_jobs jobs[];
  v_is_keyed boolean;
  v_class fair_classes;
  v_left int := p_limit;
  v_held tid[] := '{}';
  v record;
BEGIN
  FOR v_class IN SELECT * FROM fair_classes c WHERE c.queue = p_queue ORDER BY c.class LOOP
    LOOP
      EXIT WHEN v_left = 0;
      WITH heads AS MATERIALIZED (
        SELECT s.ctid AS share, s.* FROM shares s WHERE s.queue = p_queue AND s.class = v_class.class AND s.number >= v_class.low
          AND ${NOT_PAUSED} ORDER BY s.number, s.since LIMIT v_left
      ), sized AS MATERIALIZED (
        SELECT h.*, greatest(h.number, v_class.virtual_time) AS after, (v_left - 1) / (count(*) OVER ())::int + 2 AS depth FROM heads h
      ), read AS MATERIALIZED (
        SELECT h.*, j.at, row_number() OVER w AS k, lead(j.cost) OVER w AS next_cost,
            CASE WHEN row_number() OVER w = 1 THEN h.number ELSE h.after + sum(j.cost) OVER w - first_value(j.cost) OVER w END AS x
          FROM sized h CROSS JOIN LATERAL (
            SELECT j.ctid AS at, j.turn, 1 / coalesce(j.weight, 1) AS cost FROM jobs j WHERE j.queue = p_queue AND j.class = h.class
              AND coalesce(j.fair_key, '') = h.key AND ${PLAIN} AND NOT j.ctid = ANY (v_held) ORDER BY j.turn LIMIT h.depth
          ) j WINDOW w AS (PARTITION BY h.key ORDER BY j.turn)
      ), sorted AS MATERIALIZED (
        SELECT p.*, row_number() OVER (ORDER BY p.path, p.since) AS place FROM (
          SELECT r.*, array_agg(r.x) OVER (PARTITION BY r.key ORDER BY r.k DESC
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS path FROM read r) p
      ), picked AS MATERIALIZED (
        SELECT s.* FROM sorted s WHERE s.place <= v_left
          AND s.place < (SELECT coalesce(min(l.place), v_left + 1) FROM sorted l WHERE l.k = l.depth) ORDER BY s.place
      ), locked AS MATERIALIZED (
        SELECT p.at FROM picked p JOIN jobs j ON j.ctid = p.at WHERE j.status || '' = 'waiting' FOR UPDATE OF j SKIP LOCKED
      ), placed AS MATERIALIZED (
        SELECT p.*, coalesce(lag(p.turn) OVER w, p.since) AS before,
            CASE p.k WHEN 1 THEN p.base WHEN 2 THEN p.after ELSE lag(p.x) OVER w END AS was,
            CASE p.k WHEN 1 THEN p.after ELSE p.x END AS becomes, row_number() OVER w = count(*) OVER (PARTITION BY p.key) AS is_last
          FROM (SELECT *, nextval('turns') AS turn FROM picked) p WHERE (SELECT count(*) FROM locked) = (SELECT count(*) FROM picked)
          WINDOW w AS (PARTITION BY p.key ORDER BY p.k)
      ), changed AS (
        UPDATE shares s SET base = p.becomes, since = p.turn, number = p.becomes + p.next_cost FROM placed p
          WHERE p.is_last AND s.ctid = p.share
      ), ${started('ARRAY[p.was, p.before, p.turn]::float8[]', 'j.ctid = p.at')}
      SELECT array_agg(s::jobs ORDER BY s.turn) AS jobs, bool_or(s.deduplication_key IS NOT NULL) AS is_keyed,
          (SELECT min(h.number) FROM heads h) AS low, (SELECT max(p.becomes) FROM placed p) AS virtual_time,
          (SELECT array_agg(p.at) FROM picked p WHERE NOT p.at = ANY (SELECT l.at FROM locked l)) AS held,
          (SELECT array_agg(h.key) FROM heads h LEFT JOIN placed p ON p.share = h.share AND p.is_last
            WHERE p.next_cost IS NULL AND (p.share IS NOT NULL OR NOT EXISTS (SELECT 1 FROM read r WHERE r.share = h.share))) AS empty
        INTO v FROM started s;
      IF v.held IS NOT NULL THEN
        v_held := v_held || v.held;
        CONTINUE;
      END IF;
      EXIT WHEN v.low IS NULL;
      v_jobs := v.jobs;
      v_is_keyed := v.is_keyed;
      UPDATE fair_classes c SET virtual_time = coalesce(v.virtual_time, c.virtual_time), low = v.low
        WHERE c.queue = p_queue AND c.class = v_class.class RETURNING * INTO v_class;
      IF v.empty IS NOT NULL THEN
        PERFORM renumber(p_queue, array_fill(v_class.class, ARRAY[cardinality(v.empty)]), v.empty);
      END IF;
      EXIT WHEN v_jobs IS NULL AND (v.empty IS NULL OR v_held <> '{}');
      ${TOLD}
      v_all := v_all || v_jobs;
      v_left := p_limit - cardinality(v_all);
    END LOOP;
  END LOOP;
  RETURN v_all;
END $$;

-- Hands out jobs of a queue with an order, but for a fair one without limits. Starts under limits are chosen by one call at a time.
CREATE OR REPLACE FUNCTION hand_out_in_order(p_queue int, p_holder text, p_limit int, p_lease float8, p_now float8,
  p_policy text, p_limited boolean, OUT jobs jobs[], OUT is_cut boolean, OUT at float8)
LANGUAGE plpgsql AS $$
DECLARE
  v_picked record;
BEGIN
  at := p_now;
  is_cut := false;
  IF p_policy <> 'fair' AND NOT p_limited THEN
    jobs := hand_out_by_number(p_queue, p_holder, p_limit, p_lease, at);
    RETURN;
  END IF;
  PERFORM lock_limits(p_queue);
  -- The lock may have taken a while, and starts are counted from when they are allowed.
  at := now_ms();
  IF p_policy = 'fair' THEN
    is_cut := settle_turns(p_queue);
    IF is_cut THEN RETURN; END IF;
  END IF;
  PERFORM open_lines(p_queue, at);
  SELECT * INTO v_picked FROM pick_ordered(p_queue, p_limit, at, p_policy = 'fair');
  is_cut := v_picked.is_cut AND cardinality(v_picked.ids) < p_limit;
  IF p_policy = 'fair' THEN
    jobs := start_charged(p_queue, p_holder, v_picked.ids, v_picked.bases, v_picked.befores, v_picked.ats, p_lease, at);
  ELSE
    jobs := start_jobs(p_queue, p_holder, v_picked.ids, p_lease, at);
  END IF;
END $$;
`;
