import { NOT_PAUSED } from './not-paused.ts';
import { jobOf } from './plan.ts';
import { CALM, NEXT_TURNS } from './roster-functions.ts';
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

-- Does what pick_fair and start_charged do where as many keys as jobs to start have one each, before any has another: in one
-- statement. Answers nothing, and changes nothing, where that is not so. Shares and jobs are found again by where their rows are:
-- no other call changes a share under the lock of the limits. A job that another call has moved since is followed, or counts as
-- one that others hold: that depends on the version of PostgreSQL.
CREATE OR REPLACE FUNCTION start_each_once(p_queue int, p_holder text, p_limit int, p_lease float8, p_now float8)
RETURNS jobs[] LANGUAGE plpgsql AS $$
DECLARE
  v_jobs jobs[];
  v_is_keyed boolean;
  v_class fair_classes;
  v_sums float8[];
BEGIN
  SELECT * INTO v_class FROM fair_classes c WHERE c.queue = p_queue ORDER BY c.class LIMIT 1;
  WITH firsts AS MATERIALIZED (
    SELECT s.ctid AS share, s.* FROM shares s WHERE s.queue = p_queue AND s.class = v_class.class AND s.number >= v_class.low
      AND ${NOT_PAUSED} ORDER BY s.number, s.since LIMIT p_limit
  ), heads AS MATERIALIZED (
    SELECT h.*, greatest(h.number, v_class.virtual_time) AS after, o.ats[1] AS at, 1 / coalesce(o.weights[2], 1) AS cost,
        o.ats[2] IS NOT NULL AS has_next
      FROM firsts h CROSS JOIN LATERAL (SELECT array_agg(f.at) AS ats, array_agg(f.weight) AS weights FROM (
        SELECT j.ctid AS at, j.weight FROM jobs j WHERE j.queue = p_queue AND j.class = h.class AND coalesce(j.fair_key, '') = h.key
          AND ${PLAIN} ORDER BY j.turn LIMIT 2) f) o WHERE (SELECT count(*) FROM firsts) = p_limit
  ), locked AS MATERIALIZED (
    SELECT j.id FROM heads p JOIN jobs j ON j.ctid = p.at WHERE j.status || '' = 'waiting'
      AND (SELECT count(*) = p_limit AND max(h.number) <= coalesce(min(h.after + h.cost) FILTER (WHERE h.has_next), 'Infinity')
        FROM heads h) FOR UPDATE OF j SKIP LOCKED
  ), placed AS MATERIALIZED (
    SELECT h.*, nextval('charges') AS start, nextval('turns') AS turn FROM heads h WHERE (SELECT count(*) FROM locked) = p_limit
  ), changed AS (
    UPDATE shares s SET base = p.after, since = p.start, number = CASE WHEN p.has_next THEN p.after + p.cost END FROM placed p
      WHERE s.ctid = p.share
  ), ${started('ARRAY[p.base, p.since, p.start]::float8[]', 'j.ctid = p.at')}
  SELECT array_agg(s::jobs ORDER BY s.turn), bool_or(s.deduplication_key IS NOT NULL),
      (SELECT ARRAY[max(p.after), max(p.number), count(*) FILTER (WHERE NOT p.has_next)] FROM placed p)
    INTO v_jobs, v_is_keyed, v_sums FROM started s;
  IF v_jobs IS NULL THEN RETURN NULL; END IF;
  UPDATE fair_classes c SET virtual_time = v_sums[1], low = v_sums[2], calm = least(c.calm + p_limit, 1000000000) WHERE c.queue = p_queue AND c.class = v_class.class;
  IF v_sums[3] > 0 THEN
    DELETE FROM shares s USING unnest(v_jobs) j WHERE s.queue = p_queue AND s.class = v_class.class AND s.key = coalesce(j.fair_key, '')
      AND s.number IS NULL;
    PERFORM drop_class(p_queue, v_class.class);
  END IF;
  ${TOLD}
  RETURN v_jobs;
END $$;

-- Starts the next jobs of a roster. Answers nothing, and changes nothing, if one of them does not wait any more as when it was
-- written down; an empty list if no key has a turn left.
CREATE OR REPLACE FUNCTION start_by_roster(p_queue int, p_holder text, p_limit int, p_lease float8, p_now float8, p_class fair_classes)
RETURNS jobs[] LANGUAGE plpgsql AS $$
DECLARE
  v_jobs jobs[];
  v_is_keyed boolean;
  v_count int;
  v_sums float8[];
BEGIN
  WITH next AS MATERIALIZED (
    ${NEXT_TURNS}
  ), locked AS MATERIALIZED (
    SELECT j.id FROM next n JOIN jobs j ON j.ctid = n.at WHERE j.status || '' = 'waiting' AND j.turn = n.ready_turn
      FOR UPDATE OF j SKIP LOCKED
  ), placed AS MATERIALIZED (
    SELECT n.*, nextval('turns') AS turn FROM next n WHERE (SELECT count(*) FROM locked) = (SELECT count(*) FROM next) AND ${NOT_PAUSED}
  ), ${started('ARRAY[p.base, p.before, p.start]::float8[]', 'j.ctid = p.at')}
  SELECT array_agg(s::jobs ORDER BY s.turn), bool_or(s.deduplication_key IS NOT NULL), (SELECT count(*) FROM next),
      (SELECT ARRAY[max(n.base) + 1, max((n.round - 1) * p_class.roster_keys + n.place) + 1] FROM next n)
    INTO v_jobs, v_is_keyed, v_count, v_sums FROM started s;
  IF v_jobs IS NULL AND v_count > 0 THEN RETURN NULL; END IF;
  UPDATE fair_classes c SET roster_taken = CASE WHEN v_count < p_limit THEN c.roster_size ELSE v_sums[2] END,
    virtual_time = greatest(c.virtual_time, v_sums[1]), calm = least(c.calm + v_count, 1000000000)
    WHERE c.queue = p_queue AND c.class = p_class.class;
  ${TOLD}
  RETURN coalesce(v_jobs, '{}');
END $$;

-- Hands out jobs of a fair order where no name has limits, under the lock of the limits: by a roster if there is one.
CREATE OR REPLACE FUNCTION hand_out_fair(p_queue int, p_holder text, p_limit int, p_lease float8, p_now float8)
RETURNS jobs[] LANGUAGE plpgsql AS $$
DECLARE
  v_class fair_classes;
  v_left int := p_limit;
  v_jobs jobs[];
  v_more jobs[];
  v_picked record;
BEGIN
  LOOP
    SELECT * INTO v_class FROM fair_classes c WHERE c.queue = p_queue ORDER BY c.class LIMIT 1;
    IF v_class.roster_size > v_class.roster_taken THEN
      v_more := start_by_roster(p_queue, p_holder, v_left, p_lease, p_now, v_class);
      EXIT WHEN v_more IS NULL;
      v_left := v_left - cardinality(v_more);
      v_jobs := CASE WHEN v_jobs IS NULL THEN v_more ELSE v_jobs || v_more END;
      IF v_left = 0 THEN RETURN v_jobs; END IF;
    ELSE
      EXIT WHEN v_class.calm IS NULL OR (v_class.roster_size = 0 AND v_class.calm < greatest(v_class.roster_at, ${CALM}));
      EXIT WHEN make_roster(p_queue, v_class.class) = 0;
    END IF;
  END LOOP;
  IF v_class.roster_size > 0 THEN PERFORM end_roster(p_queue, v_class.roster_size = v_class.roster_taken); END IF;
  v_more := start_each_once(p_queue, p_holder, v_left, p_lease, p_now);
  IF v_more IS NULL THEN
    SELECT * INTO v_picked FROM pick_fair(p_queue, v_left);
    v_more := start_charged(p_queue, p_holder, v_picked.ids, v_picked.bases, v_picked.befores, v_picked.ats, p_lease, p_now);
  END IF;
  RETURN v_jobs || v_more;
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
    PERFORM end_roster(p_queue, false);
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
