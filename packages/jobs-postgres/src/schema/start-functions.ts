import { NOT_PAUSED } from './not-paused.ts';
import { jobOf } from './plan.ts';
import { PLAIN } from './turn-functions.ts';

/** The part of a statement that starts the jobs of its list `placed`, each with its new turn and what its share was before. */
const STARTED = `started AS (
    UPDATE jobs j SET status = 'active', rank = p_now, ready_turn = j.turn, turn = p.turn, processed_at = p_now,
      fencing_token = j.fencing_token + 1, lease_until = p_now + p_lease, holder = p_holder, charge = p.charge
    FROM placed p WHERE ${jobOf('p')} RETURNING j.*
  ), freed AS (
    DELETE FROM keys k USING started s WHERE s.deduplication_key IS NOT NULL AND k.queue = p_queue
      AND k.key = s.deduplication_key AND k.job = s.id AND k.mode <> 'drop'
  ), counted AS (
    INSERT INTO counts SELECT p_queue, c.status, s.name, c.sign * count(*)
      FROM started s CROSS JOIN (VALUES ('waiting', -1), ('active', 1)) c(status, sign)
      GROUP BY c.status, s.name, c.sign
  )`;
const TOLD = `IF v_jobs IS NOT NULL AND is_heard(p_queue) THEN
    PERFORM tell(p_queue, (SELECT array_agg(event('active', s.id, s.name, p_now)) FROM unnest(v_jobs) s));
  END IF;`;

/** Returns the body of a function that starts the jobs that a query picks, perhaps each with what its turn was. */
function starting(picked: string, charge: 'charge' | 'NULL' = 'NULL'): string {
  return `DECLARE
  v_jobs jobs[];
BEGIN
  WITH picked AS MATERIALIZED (
    ${picked}
  ), placed AS MATERIALIZED (SELECT p_queue AS queue, id, ${charge}::float8[] AS charge, nextval('turns') AS turn FROM picked), ${STARTED}
  SELECT array_agg(s::jobs ORDER BY s.turn) INTO v_jobs FROM started s;
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
  'charge',
)}

-- Hands out waiting jobs by number.
CREATE OR REPLACE FUNCTION hand_out_by_number(p_queue int, p_holder text, p_limit int, p_lease float8, p_now float8)
RETURNS jobs[] LANGUAGE plpgsql AS $$
${starting(`SELECT j.id FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND NOT j.limited AND j.number IS NOT NULL
      AND ${NOT_PAUSED} ORDER BY j.class, j.number, j.turn LIMIT p_limit FOR UPDATE SKIP LOCKED`)}

-- Does what pick_fair and start_charged do where as many keys as jobs to start have one each, before any has another: in one
-- statement. Answers nothing, and changes nothing, where that is not so.
CREATE OR REPLACE FUNCTION start_each_once(p_queue int, p_holder text, p_limit int, p_lease float8, p_now float8)
RETURNS jobs[] LANGUAGE plpgsql AS $$
DECLARE
  v_jobs jobs[];
  v_class float8;
  v_has_gone boolean;
BEGIN
  WITH heads AS MATERIALIZED (
    SELECT s.* FROM shares s WHERE s.queue = p_queue AND s.number IS NOT NULL AND ${NOT_PAUSED}
      ORDER BY s.class, s.number, s.since LIMIT p_limit
  ), read AS MATERIALIZED (
    SELECT h.*, o.id, row_number() OVER w AS place, lead(o.cost) OVER w AS next_cost FROM heads h CROSS JOIN LATERAL (
        SELECT j.id, j.turn, 1 / coalesce(j.weight, 1) AS cost FROM jobs j WHERE j.queue = p_queue AND j.class = h.class
          AND coalesce(j.fair_key, '') = h.key AND ${PLAIN} ORDER BY j.turn LIMIT 2) o
      WHERE (SELECT count(*) FROM heads) = p_limit WINDOW w AS (PARTITION BY h.since ORDER BY o.turn)
  ), first AS MATERIALIZED (
    SELECT r.*, greatest(r.number, (SELECT c.virtual_time FROM fair_classes c WHERE c.queue = p_queue
        AND c.class = (SELECT min(h.class) FROM heads h))) AS after FROM read r WHERE r.place = 1
  ), fit AS MATERIALIZED (
    SELECT count(*) = p_limit AND min(r.class) = max(r.class)
      AND max(r.number) <= coalesce(min(r.after + r.next_cost), 'Infinity') AS is_fit FROM first r
  ), locked AS MATERIALIZED (
    SELECT j.id FROM (SELECT r.queue, r.id FROM first r, fit f WHERE f.is_fit) p JOIN jobs j ON ${jobOf('p')}
      WHERE j.status || '' = 'waiting' FOR UPDATE OF j SKIP LOCKED
  ), charged AS MATERIALIZED (
    SELECT r.*, nextval('turns') AS turn FROM first r WHERE (SELECT count(*) FROM locked) = p_limit
  ), gone AS (
    DELETE FROM shares s USING charged c WHERE c.next_cost IS NULL AND s.queue = c.queue AND s.class = c.class AND s.key = c.key
  ), changed AS (
    UPDATE shares s SET base = c.after, since = c.turn, number = c.after + c.next_cost FROM charged c
      WHERE c.next_cost IS NOT NULL AND s.queue = c.queue AND s.class = c.class AND s.key = c.key
  ), timed AS (
    INSERT INTO fair_classes AS f SELECT p_queue, min(c.class), max(c.after) FROM charged c HAVING count(*) > 0
      ON CONFLICT (queue, class) DO UPDATE SET virtual_time = excluded.virtual_time
  ), placed AS MATERIALIZED (
    SELECT c.queue, c.id, c.turn, ARRAY[c.base, c.since, c.turn]::float8[] AS charge FROM charged c
  ), ${STARTED}
  SELECT array_agg(s::jobs ORDER BY s.turn), min(s.class), (SELECT bool_or(c.next_cost IS NULL) FROM charged c)
    INTO v_jobs, v_class, v_has_gone FROM started s;
  IF v_has_gone AND NOT EXISTS (SELECT 1 FROM shares s WHERE s.queue = p_queue AND s.class = v_class) THEN
    DELETE FROM fair_classes f WHERE f.queue = p_queue AND f.class = v_class;
  END IF;
  ${TOLD}
  RETURN v_jobs;
END $$;

-- Hands out jobs of a queue with an order. Starts in a fair one, and those under limits, are chosen by one call at a time.
CREATE OR REPLACE FUNCTION hand_out_in_order(p_queue int, p_holder text, p_limit int, p_lease float8, p_now float8,
  p_policy text, p_limited boolean, OUT jobs jobs[], OUT is_cut boolean, OUT is_held boolean, OUT at float8)
LANGUAGE plpgsql AS $$
DECLARE
  v_picked record;
BEGIN
  at := p_now;
  is_cut := false;
  is_held := false;
  IF p_policy <> 'fair' AND NOT p_limited THEN
    jobs := hand_out_by_number(p_queue, p_holder, p_limit, p_lease, at);
    RETURN;
  END IF;
  PERFORM lock_limits(p_queue);
  -- The lock may have taken a while, and starts are counted from when they are allowed.
  at := now_ms();
  IF p_policy = 'fair' THEN PERFORM settle_turns(p_queue); END IF;
  IF NOT p_limited THEN
    jobs := start_each_once(p_queue, p_holder, p_limit, p_lease, at);
    IF jobs IS NOT NULL THEN RETURN; END IF;
    SELECT * INTO v_picked FROM pick_fair(p_queue, p_limit);
  ELSE
    PERFORM open_lines(p_queue, at);
    SELECT * INTO v_picked FROM pick_ordered(p_queue, p_limit, at, p_policy = 'fair');
    is_cut := v_picked.is_cut AND cardinality(v_picked.ids) < p_limit;
  END IF;
  is_held := v_picked.is_held;
  IF p_policy = 'fair' THEN
    jobs := start_charged(p_queue, p_holder, v_picked.ids, v_picked.bases, v_picked.befores, v_picked.ats, p_lease, at);
  ELSE
    jobs := start_jobs(p_queue, p_holder, v_picked.ids, p_lease, at);
  END IF;
END $$;
`;
