import { PLAIN } from './turn-functions.ts';

/**
 * The most turns of a roster: as many as there are numbers from one of the sequence `charges` to its next. To write them down takes
 * the exchange that does so some milliseconds per thousand.
 */
const MOST = 8192;
/** The most rounds of a roster: the jobs of a key in one then fit a row that PostgreSQL stores in one piece. */
const DEEPEST = 64;
/** How many jobs start in calm before a roster is made. */
export const CALM = 256;

/** Writes when a key takes a turn of a roster. */
function startOf(roster: string, round: string, place: string): string {
  return `${roster}.roster_start + (${round} - 1) * ${roster}.roster_keys + ${place}`;
}

/** The part of a query that reads the next turns of a roster of the class `p_class`: a key that has no job left in a round has none. */
export const NEXT_TURNS: string = `SELECT k.round, e.place, e.at, e.ready_turn, e.base + k.round - 1 AS base, ${startOf('p_class', 'k.round', 'e.place')} AS start,
        CASE k.round WHEN 1 THEN e.since ELSE ${startOf('p_class', '(k.round - 1)', 'e.place')} END AS before
      FROM generate_series(p_class.roster_taken / p_class.roster_keys + 1, p_class.roster_size / p_class.roster_keys) AS k(round)
        CROSS JOIN LATERAL (SELECT r.place, r.base, r.since, r.rows[k.round] AS at, r.turns[k.round] AS ready_turn FROM rosters r
          WHERE r.queue = p_queue AND r.place < p_class.roster_keys AND r.rows[k.round] IS NOT NULL
            AND r.place >= p_class.roster_taken - (k.round - 1) * p_class.roster_keys ORDER BY r.place LIMIT p_limit) e
      LIMIT p_limit`;

/**
 * SQL functions of rosters, which are called under the lock of the limits. A roster has no more than twice as many turns as jobs have
 * started in calm: so to make it, and to end it early, costs a start no more than a fixed part. It has two rounds if the jobs suffice.
 */
export const ROSTER_FUNCTIONS: string = `
-- Writes down the next starts of a class, where it has no shares but those of weight 1 with whole numbers. These are then no more than 1
-- apart, and of equal ones the key goes first that has it longer: so all keys take turns, round after round, in the order of
-- their numbers. There are as many rounds as half of the keys have jobs for, so that most places are those of jobs. After a roster whose
-- turns are all taken it goes on from there, and leaves the shares as they are. Answers how many places there are; without any,
-- nothing has changed.
CREATE OR REPLACE FUNCTION make_roster(p_queue int, p_class float8) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_class fair_classes;
  v_goes_on boolean;
  v_most int;
  v_rounds int;
  v_keys int;
  v_new_rounds int;
  v_new_keys int;
BEGIN
  SELECT * INTO v_class FROM fair_classes c WHERE c.queue = p_queue AND c.class = p_class;
  v_goes_on := v_class.roster_size > 0;
  v_keys := v_class.roster_keys;
  v_rounds := v_class.roster_size / greatest(v_keys, 1);
  v_most := 2 * least(v_class.calm, ${MOST / 2});
  WITH heads AS MATERIALIZED (
    SELECT row_number() OVER () - 1 AS place, h.* FROM (
      (SELECT r.base + v_rounds AS base, ${startOf('v_class', 'v_rounds', 'r.place')} AS since, r.base + v_rounds + 1 AS number, r.key FROM rosters r
        WHERE v_goes_on AND r.queue = p_queue AND r.place < v_keys AND NOT r.is_last ORDER BY r.place)
      UNION ALL
      (SELECT s.base, s.since, s.number, s.key FROM shares s WHERE NOT v_goes_on AND s.queue = p_queue AND s.class = p_class
        AND s.number >= v_class.low ORDER BY s.number, s.since LIMIT v_most / 2 + 1)) h
  ), sized AS MATERIALIZED (
    SELECT least(v_most / greatest(count(*), 1)::int, ${DEEPEST}) AS depth FROM heads h HAVING count(*) <= v_most / 2
      AND bool_and(h.number = trunc(h.number) AND h.number = h.base + 1 AND h.number >= v_class.virtual_time)
      AND max(h.number) <= min(h.number) + 1
  ), read AS MATERIALIZED (
    SELECT h.place, h.base, h.since, z.depth, o.*, h.key FROM sized z CROSS JOIN heads h CROSS JOIN LATERAL (
      SELECT count(*)::int AS found, bool_and(coalesce(f.weight, 1) = 1) AS is_even, array_agg(f.at) AS ats, array_agg(f.turn) AS turns FROM (
        SELECT j.ctid AS at, j.turn, j.weight FROM jobs j WHERE j.queue = p_queue AND j.class = p_class
          AND coalesce(j.fair_key, '') = h.key AND ${PLAIN} ORDER BY j.turn LIMIT z.depth + 1) f) o
  ), known AS MATERIALIZED (
    SELECT count(*)::int AS keys, least(max(r.depth), percentile_disc(0.5) WITHIN GROUP (ORDER BY r.found DESC)) AS rounds FROM read r
      HAVING bool_and(r.found > 0 AND r.is_even)
  ), stored AS (
    INSERT INTO rosters AS r SELECT p_queue, e.place, e.base, e.since, e.found <= n.rounds, e.ats[:n.rounds], e.turns[:n.rounds], e.key
        FROM known n CROSS JOIN read e
      ON CONFLICT (queue, place) DO UPDATE SET base = excluded.base, since = excluded.since, is_last = excluded.is_last,
        rows = excluded.rows, turns = excluded.turns, key = excluded.key
  ), gone AS (
    DELETE FROM shares s USING (SELECT o.at FROM known n CROSS JOIN rosters r CROSS JOIN LATERAL (SELECT h.ctid AS at FROM shares h
        WHERE h.queue = p_queue AND h.class = p_class AND h.key = r.key OFFSET 0) o
      WHERE v_goes_on AND r.queue = p_queue AND r.place < v_keys AND r.is_last) g WHERE s.ctid = g.at
  )
  SELECT n.keys, n.rounds INTO v_new_keys, v_new_rounds FROM known n;
  IF v_new_keys > 0 THEN
    UPDATE fair_classes c SET roster_keys = v_new_keys, roster_size = v_new_keys * v_new_rounds, roster_taken = 0,
      roster_goes_on = v_goes_on, roster_start = nextval('charges'), roster_at = 0 WHERE c.queue = p_queue AND c.class = p_class;
  ELSE
    UPDATE fair_classes c SET roster_at = 2 * least(c.calm, 1000000000) WHERE c.queue = p_queue AND c.class = p_class;
  END IF;
  RETURN coalesce(v_new_keys * v_new_rounds, 0);
END $$;

-- Charges the starts by a roster to the shares, those by the rosters that it goes on from as well, and forgets its other turns. A
-- share whose last job has started goes: jobs that came since join as new ones.
CREATE OR REPLACE FUNCTION end_roster(p_queue int, p_is_calm boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_class fair_classes;
  v_low float8;
  v_gone int;
BEGIN
  SELECT * INTO v_class FROM fair_classes c WHERE c.queue = p_queue AND c.roster_size > 0;
  IF NOT FOUND THEN RETURN; END IF;
  WITH states AS MATERIALIZED (
    SELECT r.key, r.base + t.taken AS base, t.taken = cardinality(r.rows) AND r.is_last AS is_last,
        CASE t.taken WHEN 0 THEN r.since ELSE ${startOf('v_class', 't.taken', 'r.place')} END AS since
      FROM rosters r CROSS JOIN LATERAL (SELECT least(cardinality(r.rows), v_class.roster_taken / v_class.roster_keys
        + (r.place < v_class.roster_taken % v_class.roster_keys)::int) AS taken) t
      WHERE r.queue = p_queue AND r.place < v_class.roster_keys AND (t.taken > 0 OR v_class.roster_goes_on)
  ), ended AS MATERIALIZED (
    SELECT s.base, s.since, h.at, CASE WHEN NOT s.is_last THEN (SELECT 1 / coalesce(j.weight, 1) FROM jobs j WHERE j.queue = p_queue
          AND j.class = v_class.class AND coalesce(j.fair_key, '') = s.key AND ${PLAIN} ORDER BY j.turn LIMIT 1) END AS cost
      FROM states s CROSS JOIN LATERAL (SELECT o.ctid AS at FROM shares o WHERE o.queue = p_queue AND o.class = v_class.class
        AND o.key = s.key OFFSET 0) h
  ), gone AS (
    DELETE FROM shares s USING ended e WHERE e.cost IS NULL AND s.ctid = e.at
  ), charged AS (
    UPDATE shares s SET base = e.base, since = e.since, number = e.base + e.cost FROM ended e
      WHERE e.cost IS NOT NULL AND s.ctid = e.at
  )
  SELECT min(e.base + e.cost), count(*) FILTER (WHERE e.cost IS NULL) INTO v_low, v_gone FROM ended e;
  UPDATE fair_classes c SET roster_size = 0, roster_taken = 0, roster_goes_on = false,
    calm = CASE WHEN p_is_calm THEN c.calm ELSE 0 END, low = coalesce(least(c.virtual_time, v_low), c.low)
    WHERE c.queue = p_queue AND c.class = v_class.class;
  IF v_gone > 0 THEN PERFORM drop_class(p_queue, v_class.class); END IF;
END $$;
`;
