import { PLAIN } from './turn-functions.ts';

/** How many entries a part of a roster has: as many as fit a row that PostgreSQL stores in one piece. */
export const PART = 16;
/** The most entries of a roster. To write one down takes the exchange that does so some milliseconds per thousand. */
const MOST = 4096;
/** How many jobs start in calm before a roster is made. */
export const CALM = 256;

/**
 * SQL functions of rosters, which are called under the lock of the limits. A roster has no more entries than jobs have started in
 * calm: so to make it, and to end it early, costs a start no more than a fixed part. It has at least two starts of each key on average.
 */
export const ROSTER_FUNCTIONS: string = `
-- Writes down the next starts of a class, where it has no shares but those of weight 1 with whole numbers: then a key's k-th start
-- from now has its number + k - 1. Of equal numbers, the key goes first that has it longer: one with fewer starts, then by the share.
-- After a roster whose entries have all started it goes on from there, and leaves the shares as they are. Answers how many entries
-- there are; without any, nothing has changed.
CREATE OR REPLACE FUNCTION make_roster(p_queue int, p_class float8) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_class fair_classes;
  v_goes_on boolean;
  v_most int;
  v_size int;
  v_time float8;
BEGIN
  SELECT * INTO v_class FROM fair_classes c WHERE c.queue = p_queue AND c.class = p_class;
  v_goes_on := v_class.roster_size > 0;
  v_most := least(v_class.calm, ${MOST});
  WITH past AS MATERIALIZED (
    SELECT e.key, max(e.base) + 1 AS base, max(e.start) AS since, bool_or(e.is_last) AS is_last FROM rosters r
      CROSS JOIN LATERAL unnest(r.keys, r.bases, r.starts, r.lasts) AS e(key, base, start, is_last)
      WHERE v_goes_on AND r.queue = p_queue AND r.part * ${PART} < v_class.roster_size GROUP BY e.key
  ), heads AS MATERIALIZED (
    SELECT p.key, p.base, p.since, p.base + 1 AS number FROM past p WHERE NOT p.is_last
    UNION ALL
    (SELECT s.key, s.base, s.since, s.number FROM shares s WHERE NOT v_goes_on AND s.queue = p_queue AND s.class = p_class
      AND s.number >= v_class.low ORDER BY s.number, s.since LIMIT v_most / 2 + 1)
  ), sized AS MATERIALIZED (
    SELECT v_most / greatest(count(*), 1)::int AS depth FROM heads h HAVING count(*) <= v_most / 2
      AND bool_and(h.number = trunc(h.number) AND h.number = h.base + 1 AND h.number >= v_class.virtual_time)
  ), read AS MATERIALIZED (
    SELECT h.*, z.depth, o.* FROM sized z CROSS JOIN heads h CROSS JOIN LATERAL (
      SELECT array_agg(f.at) AS ats, array_agg(f.turn) AS turns, count(*)::int AS found,
          bool_and(coalesce(f.weight, 1) = 1) AS is_even FROM (
        SELECT j.ctid AS at, j.turn, j.weight FROM jobs j WHERE j.queue = p_queue AND j.class = p_class
          AND coalesce(j.fair_key, '') = h.key AND ${PLAIN} ORDER BY j.turn LIMIT z.depth + 1) f) o
  ), known AS MATERIALIZED (
    -- Past the last of the jobs that were read of a key, others may come first. Each key is to have an entry.
    SELECT k.below FROM (
      SELECT coalesce(min(r.number + r.depth) FILTER (WHERE r.found > r.depth), 'Infinity') AS below, max(r.number) AS highest
        FROM read r HAVING bool_and(r.found > 0 AND r.is_even)) k WHERE k.highest < k.below
  ), entries AS MATERIALIZED (
    SELECT s.*, row_number() OVER () - 1 AS place, nextval('turns') AS start FROM (
      SELECT e.at, e.turn, r.key, r.since, e.k, CASE e.k WHEN 1 THEN r.base ELSE r.base + e.k - 1 END AS base, e.k = r.found AS is_last
        FROM known b CROSS JOIN read r CROSS JOIN LATERAL unnest(r.ats, r.turns) WITH ORDINALITY AS e(at, turn, k)
        WHERE e.k <= r.depth AND r.base + e.k < b.below ORDER BY r.base + e.k, e.k, r.since) s
  ), linked AS MATERIALIZED (
    SELECT e.*, e.place / ${PART} AS part, coalesce(lag(e.start) OVER (PARTITION BY e.since ORDER BY e.k), e.since) AS before
      FROM entries e
  ), stored AS (
    -- Sorted before they are grouped: an aggregate with an order of its own sorts each part, once for each column.
    INSERT INTO rosters AS r SELECT p_queue, l.part, array_agg(l.at), array_agg(l.turn), array_agg(l.key), array_agg(l.base),
        array_agg(l.before), array_agg(l.start), array_agg(l.is_last)
        FROM (SELECT * FROM linked ORDER BY part, place) l GROUP BY l.part
      ON CONFLICT (queue, part) DO UPDATE SET rows = excluded.rows, turns = excluded.turns, keys = excluded.keys,
        bases = excluded.bases, befores = excluded.befores, starts = excluded.starts, lasts = excluded.lasts
  ), gone AS (
    DELETE FROM shares s USING (SELECT o.at FROM past p CROSS JOIN LATERAL (SELECT h.ctid AS at FROM shares h
        WHERE h.queue = p_queue AND h.class = p_class AND h.key = p.key OFFSET 0) o
      WHERE p.is_last AND (SELECT count(*) FROM entries) > 0) g WHERE s.ctid = g.at
  )
  SELECT (SELECT count(*) FROM entries), (SELECT max(p.base) FROM past p) INTO v_size, v_time;
  IF v_size > 0 THEN
    UPDATE fair_classes c SET roster_size = v_size, roster_taken = 0, roster_goes_on = v_goes_on, roster_at = 0,
      virtual_time = greatest(c.virtual_time, v_time) WHERE c.queue = p_queue AND c.class = p_class;
  ELSE
    UPDATE fair_classes c SET roster_at = 2 * least(c.calm, 1000000000) WHERE c.queue = p_queue AND c.class = p_class;
  END IF;
  RETURN v_size;
END $$;

-- Charges the starts by a roster to the shares, those by the rosters that it goes on from as well, and forgets its other entries. A
-- share whose last job has started goes: jobs that came since join as new ones.
CREATE OR REPLACE FUNCTION end_roster(p_queue int, p_is_calm boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_class fair_classes;
  v_sums float8[];
BEGIN
  SELECT * INTO v_class FROM fair_classes c WHERE c.queue = p_queue AND c.roster_size > 0;
  IF NOT FOUND THEN RETURN; END IF;
  WITH entries AS MATERIALIZED (
    SELECT e.*, r.part * ${PART} + e.place <= v_class.roster_taken AS has_started FROM rosters r
      CROSS JOIN LATERAL unnest(r.keys, r.bases, r.befores, r.starts, r.lasts)
        WITH ORDINALITY AS e(key, base, before, start, is_last, place)
      WHERE r.queue = p_queue
        AND r.part * ${PART} < CASE WHEN v_class.roster_goes_on THEN v_class.roster_size ELSE v_class.roster_taken END
  ), states AS MATERIALIZED (
    SELECT e.key, max(e.base) FILTER (WHERE e.has_started) + 1 AS time, max(e.start) FILTER (WHERE e.has_started) AS at,
        min(e.base) AS base, min(e.before) AS since, coalesce(bool_or(e.is_last AND e.has_started), false) AS is_last
      FROM entries e WHERE e.has_started OR v_class.roster_goes_on GROUP BY e.key
  ), ended AS MATERIALIZED (
    SELECT s.time, coalesce(s.time, s.base) AS base, coalesce(s.at, s.since) AS since, h.at,
        CASE WHEN NOT s.is_last THEN (SELECT 1 / coalesce(j.weight, 1) FROM jobs j WHERE j.queue = p_queue
          AND j.class = v_class.class AND coalesce(j.fair_key, '') = s.key AND ${PLAIN} ORDER BY j.turn LIMIT 1) END AS cost
      FROM states s CROSS JOIN LATERAL (SELECT o.ctid AS at FROM shares o WHERE o.queue = p_queue AND o.class = v_class.class
        AND o.key = s.key OFFSET 0) h
  ), gone AS (
    DELETE FROM shares s USING ended e WHERE e.cost IS NULL AND s.ctid = e.at
  ), charged AS (
    UPDATE shares s SET base = e.base, since = e.since, number = e.base + e.cost FROM ended e
      WHERE e.cost IS NOT NULL AND s.ctid = e.at
  )
  SELECT ARRAY[max(e.time), min(e.base + e.cost), count(*) FILTER (WHERE e.cost IS NULL)] INTO v_sums FROM ended e;
  UPDATE fair_classes c SET roster_size = 0, roster_taken = 0, roster_goes_on = false,
    calm = CASE WHEN p_is_calm THEN c.calm ELSE 0 END, virtual_time = greatest(c.virtual_time, v_sums[1]),
    low = coalesce(least(v_sums[1], v_sums[2]), c.low) WHERE c.queue = p_queue AND c.class = v_class.class;
  IF v_sums[3] > 0 THEN PERFORM drop_class(p_queue, v_class.class); END IF;
END $$;
`;
