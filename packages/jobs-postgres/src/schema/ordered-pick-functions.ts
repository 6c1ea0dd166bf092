import { LIVE } from './limit-functions.ts';
import { NOT_PAUSED } from './not-paused.ts';

/** How many jobs of names with limits one exchange sorts into lines. */
const SORTED_AT_ONCE = 1_000;
/** The condition of jobs of a fair order in the line of a share, as their index says it. */
const IN_SHARE_LINE = `j.queue = p_queue AND j.class = v_head.class AND coalesce(j.fair_key, '') = v_head.key AND j.name = v_line.name
        AND coalesce(j.rate_key, '') = v_line.rate_key AND coalesce(j.concurrency_key, '') = v_line.concurrency_key
        AND j.status = 'waiting' AND j.limited AND j.class IS NOT NULL AND j.number IS NULL`;
const IN_LINE = `j.queue = p_queue AND j.name = v_line.name AND coalesce(j.rate_key, '') = v_line.rate_key
        AND coalesce(j.concurrency_key, '') = v_line.concurrency_key AND j.status = 'waiting' AND j.limited AND j.number IS NOT NULL`;

/** SQL functions that hand out jobs where names have limits and the queue an order. */
export const ORDERED_PICK_FUNCTIONS: string = `
-- Chooses the next jobs to start, under the lock of the limits. A job whose name has limits joins the line of its keys when it
-- is the first of those that no limits keep apart. A line has the position of the first of its jobs, or an earlier one; in a
-- fair order its jobs are in a line of each share.
CREATE OR REPLACE FUNCTION pick_ordered(p_queue int, p_limit int, p_now float8, p_fair boolean, OUT ids text[], OUT bases float8[],
  OUT befores float8[], OUT ats float8[], OUT is_cut boolean) LANGUAGE plpgsql AS $$
DECLARE
  v_plain record;
  v_line record;
  v_head record;
  v_job record;
  v_has_plain boolean;
  v_has_line boolean;
  v_is_tied boolean;
  v_found boolean;
  v_sorted int := 0;
  v_passed text[] := '{}';
  v_line_first boolean := false;
  v_charge float8[];
BEGIN
  ids := '{}';
  bases := '{}';
  befores := '{}';
  ats := '{}';
  is_cut := false;
  WHILE cardinality(ids) < p_limit LOOP
    IF p_fair THEN
      SELECT s.class, s.number, s.since AS turn, s.key, s.base INTO v_plain FROM shares s WHERE s.queue = p_queue AND s.number IS NOT NULL
        AND ${NOT_PAUSED} AND NOT s.class || ':' || s.key = ANY (v_passed) ORDER BY s.class, s.number, s.since LIMIT 1;
      v_has_plain := FOUND;
    ELSE
      SELECT j.class, j.number, j.turn, ''::text AS key, 0::float8 AS base INTO v_plain FROM jobs j WHERE j.queue = p_queue
        AND j.status = 'waiting' AND NOT j.limited AND j.number IS NOT NULL AND ${NOT_PAUSED}
        ORDER BY j.class, j.number, j.turn LIMIT 1 FOR UPDATE SKIP LOCKED;
      v_has_plain := FOUND;
    END IF;
    SELECT l.*, m.paused, m.held_until, limits_of(m.published, m.override) AS limits INTO v_line
      FROM limits m CROSS JOIN LATERAL (
        (SELECT k.rate_key, k.concurrency_key, k.rank, k.number, k.turn, k.arrival, k.name FROM lines k WHERE k.queue = p_queue
          AND k.name = m.name AND k.keyed AND k.opens_at IS NULL ORDER BY k.rank, k.number, k.turn, k.arrival LIMIT 1)
        UNION ALL
        (SELECT k.rate_key, k.concurrency_key, k.rank, k.number, k.turn, k.arrival, k.name FROM lines k WHERE k.queue = p_queue
          AND k.name = m.name AND NOT k.keyed AND k.opens_at IS NULL AND m.gate_opens_at IS NULL
          ORDER BY k.rank, k.number, k.turn, k.arrival LIMIT 1)
      ) l WHERE ${LIVE} AND m.opens_at IS NULL ORDER BY l.rank, l.number, l.turn, l.arrival LIMIT 1;
    v_has_line := FOUND;
    EXIT WHEN NOT v_has_plain AND NOT v_has_line;
    -- In a fair order both may have one share: then the job that arrived first goes first.
    v_is_tied := v_has_plain AND v_has_line
      AND (v_plain.class, v_plain.number, v_plain.turn) = (v_line.rank, v_line.number, v_line.turn);
    IF v_has_plain AND (NOT v_has_line OR (v_is_tied AND NOT v_line_first)
      OR (v_plain.class, v_plain.number, v_plain.turn) < (v_line.rank, v_line.number, v_line.turn)) THEN
      IF p_fair THEN
        SELECT j.id, j.name, j.rate_key, j.concurrency_key, j.turn, 1 / coalesce(j.weight, 1) AS cost INTO v_job FROM jobs j
          WHERE j.queue = p_queue AND j.class = v_plain.class AND coalesce(j.fair_key, '') = v_plain.key
            AND j.status = 'waiting' AND NOT j.limited AND j.class IS NOT NULL AND j.number IS NULL
          ORDER BY j.turn LIMIT 1 FOR UPDATE SKIP LOCKED;
        v_found := FOUND;
        IF NOT v_found THEN
          PERFORM renumber(p_queue, ARRAY[v_plain.class], ARRAY[v_plain.key]);
          IF EXISTS (SELECT 1 FROM shares s WHERE s.queue = p_queue AND s.class = v_plain.class AND s.key = v_plain.key
            AND s.number IS NOT NULL) THEN
            -- Other transactions hold all of its jobs.
            v_passed := v_passed || (v_plain.class || ':' || v_plain.key);
          END IF;
          CONTINUE;
        END IF;
      ELSE
        SELECT j.id, j.name, j.rate_key, j.concurrency_key, j.turn INTO v_job FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting'
          AND NOT j.limited AND j.number IS NOT NULL AND (j.class, j.number, j.turn) = (v_plain.class, v_plain.number, v_plain.turn);
      END IF;
      IF v_is_tied AND v_line.arrival < v_job.turn THEN
        v_line_first := true;
        CONTINUE;
      END IF;
      IF EXISTS (SELECT 1 FROM limits m WHERE m.queue = p_queue AND m.name = v_job.name) THEN
        UPDATE jobs j SET limited = true WHERE j.queue = p_queue AND j.id = v_job.id;
        IF p_fair THEN
          INSERT INTO share_lines AS l VALUES (p_queue, v_job.name, coalesce(v_job.rate_key, ''), coalesce(v_job.concurrency_key, ''),
              v_plain.class, v_plain.key, v_plain.number, v_plain.turn)
            ON CONFLICT (queue, class, key, name, rate_key, concurrency_key) DO UPDATE SET number = excluded.number,
              since = excluded.since WHERE (excluded.number, excluded.since) < (l.number, l.since);
          PERFORM renumber(p_queue, ARRAY[v_plain.class], ARRAY[v_plain.key]);
        END IF;
        INSERT INTO lines AS l (queue, name, rate_key, concurrency_key, keyed, rank, number, turn, arrival)
          VALUES (p_queue, v_job.name, coalesce(v_job.rate_key, ''), coalesce(v_job.concurrency_key, ''), v_job.rate_key IS NOT NULL,
            v_plain.class, v_plain.number, v_plain.turn, v_job.turn)
          ON CONFLICT (queue, name, rate_key, concurrency_key) DO UPDATE SET rank = excluded.rank, number = excluded.number,
            turn = excluded.turn, arrival = excluded.arrival
            WHERE (excluded.rank, excluded.number, excluded.turn, excluded.arrival) < (l.rank, l.number, l.turn, l.arrival);
        v_sorted := v_sorted + 1;
        is_cut := v_sorted = ${SORTED_AT_ONCE};
        EXIT WHEN is_cut;
        CONTINUE;
      END IF;
      UPDATE jobs j SET status = 'active' WHERE j.queue = p_queue AND j.id = v_job.id;
      IF p_fair THEN v_charge := charge_start(p_queue, v_plain.class, v_plain.key, v_job.cost); END IF;
    ELSE
      v_line_first := false;
      IF p_fair THEN
        SELECT h.class, h.key, h.number, h.since, s.base, s.since AS share_since INTO v_head FROM share_lines h
          JOIN shares s ON s.queue = h.queue AND s.class = h.class AND s.key = h.key
          WHERE h.queue = p_queue AND h.name = v_line.name AND h.rate_key = v_line.rate_key
            AND h.concurrency_key = v_line.concurrency_key ORDER BY h.class, h.number, h.since LIMIT 1;
        IF NOT FOUND THEN
          DELETE FROM lines l WHERE l.queue = p_queue AND l.name = v_line.name AND l.rate_key = v_line.rate_key
            AND l.concurrency_key = v_line.concurrency_key;
          CONTINUE;
        END IF;
        SELECT j.id, j.fencing_token + 1 AS token, v_head.class AS rank, v_head.base + 1 / coalesce(j.weight, 1) AS number,
            v_head.share_since AS turn, j.turn AS arrival, 1 / coalesce(j.weight, 1) AS cost INTO v_job FROM jobs j
          WHERE ${IN_SHARE_LINE} ORDER BY j.turn LIMIT 1 FOR UPDATE SKIP LOCKED;
        v_found := FOUND;
        IF NOT v_found AND NOT EXISTS (SELECT 1 FROM jobs j WHERE ${IN_SHARE_LINE}) THEN
          DELETE FROM share_lines l WHERE l.queue = p_queue AND l.class = v_head.class AND l.key = v_head.key
            AND l.name = v_line.name AND l.rate_key = v_line.rate_key AND l.concurrency_key = v_line.concurrency_key;
          PERFORM renumber(p_queue, ARRAY[v_head.class], ARRAY[v_head.key]);
          CONTINUE;
        END IF;
        IF v_found AND (v_head.number, v_head.since) <> (v_job.number, v_job.turn) THEN
          UPDATE share_lines l SET number = v_job.number, since = v_job.turn WHERE l.queue = p_queue AND l.class = v_head.class
            AND l.key = v_head.key AND l.name = v_line.name AND l.rate_key = v_line.rate_key
            AND l.concurrency_key = v_line.concurrency_key;
          CONTINUE;
        END IF;
      ELSE
        SELECT j.id, j.fencing_token + 1 AS token, j.class AS rank, j.number, j.turn, j.turn AS arrival INTO v_job FROM jobs j
          WHERE ${IN_LINE} ORDER BY j.class, j.number, j.turn LIMIT 1 FOR UPDATE SKIP LOCKED;
        v_found := FOUND;
        IF NOT v_found AND NOT EXISTS (SELECT 1 FROM jobs j WHERE ${IN_LINE}) THEN
          DELETE FROM lines l WHERE l.queue = p_queue AND l.name = v_line.name AND l.rate_key = v_line.rate_key
            AND l.concurrency_key = v_line.concurrency_key;
          CONTINUE;
        END IF;
      END IF;
      IF NOT v_found THEN
        -- Other transactions hold all of its jobs: it is looked at again soon.
        UPDATE lines l SET opens_at = p_now + 50 WHERE l.queue = p_queue AND l.name = v_line.name
          AND l.rate_key = v_line.rate_key AND l.concurrency_key = v_line.concurrency_key;
        CONTINUE;
      END IF;
      IF (v_line.rank, v_line.number, v_line.turn, v_line.arrival) <> (v_job.rank, v_job.number, v_job.turn, v_job.arrival) THEN
        UPDATE lines l SET rank = v_job.rank, number = v_job.number, turn = v_job.turn, arrival = v_job.arrival
          WHERE l.queue = p_queue AND l.name = v_line.name AND l.rate_key = v_line.rate_key
            AND l.concurrency_key = v_line.concurrency_key;
        CONTINUE;
      END IF;
      CONTINUE WHEN shut_line(p_queue, v_line.name, v_line.rate_key, v_line.concurrency_key, v_line.limits, v_line.paused,
        v_line.held_until, p_now);
      PERFORM note_start(p_queue, v_line.name, v_line.rate_key, v_line.limits, v_job.id, v_job.token, p_now);
      IF p_fair THEN v_charge := charge_start(p_queue, v_head.class, v_head.key, v_job.cost); END IF;
    END IF;
    ids := ids || v_job.id;
    bases := bases || v_charge[1];
    befores := befores || v_charge[2];
    ats := ats || v_charge[3];
  END LOOP;
END $$;

-- Charges one start to its share, once the job waits no more; returns what the share was, and when it was charged.
CREATE OR REPLACE FUNCTION charge_start(p_queue int, p_class float8, p_key text, p_cost float8) RETURNS float8[]
LANGUAGE plpgsql AS $$
DECLARE
  v_share shares;
  v_time float8;
  v_at bigint := nextval('turns');
BEGIN
  SELECT * INTO v_share FROM shares s WHERE s.queue = p_queue AND s.class = p_class AND s.key = p_key;
  v_time := greatest(virtual_time(p_queue, p_class), v_share.base + p_cost);
  INSERT INTO fair_classes VALUES (p_queue, p_class, v_time)
    ON CONFLICT (queue, class) DO UPDATE SET virtual_time = excluded.virtual_time;
  UPDATE shares s SET base = v_time, since = v_at WHERE s.queue = p_queue AND s.class = p_class AND s.key = p_key;
  PERFORM renumber(p_queue, ARRAY[p_class], ARRAY[p_key]);
  -- Jobs that limits kept apart may have gone.
  IF NOT has_jobs(p_queue, p_class, p_key) THEN PERFORM drop_share(p_queue, p_class, p_key); END IF;
  RETURN ARRAY[v_share.base, v_share.since::float8, v_at::float8];
END $$;
`;
