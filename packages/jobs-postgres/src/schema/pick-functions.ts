import { LIVE } from './limit-functions.ts';
import { NOT_PAUSED } from './not-paused.ts';
import { jobOf, PLANNED } from './plan.ts';

/** At most how many waiting jobs are looked at at once to be sorted into lines. */
const SORTED_AT_ONCE = 250;
/** How many jobs one exchange sorts into lines. */
const MOST_SORTED = 1_000;

/** SQL functions that choose the next jobs where names have limits and the queue no order. */
export const PICK_FUNCTIONS: string = `
-- Looks at the first of the waiting jobs that are in no line, behind a position, and sorts those of names with limits into theirs.
-- Answers the position up to which that is done, if not to the end, and how many are sorted.
CREATE OR REPLACE FUNCTION sort_into_lines(p_queue int, p_size int, INOUT rank float8, INOUT turn bigint, OUT sorted int)
LANGUAGE plpgsql ${PLANNED} AS $$
#variable_conflict use_column
DECLARE
  v_seen int;
  v_rank float8 := rank;
  v_turn bigint := turn;
BEGIN
  WITH seen AS MATERIALIZED (
    SELECT j.queue, j.id, j.name, j.rank, j.turn FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND NOT j.limited
      AND (j.rank, j.turn) > (v_rank, v_turn) ORDER BY j.rank, j.turn LIMIT p_size
  ), theirs AS MATERIALIZED (
    SELECT j.queue, j.id FROM seen s JOIN limits m ON m.queue = p_queue AND m.name = s.name
      JOIN jobs j ON ${jobOf('s')}
      -- Not as the indexes say it: the primary key is to serve.
      WHERE j.status || '' = 'waiting' AND j.limited IS NOT TRUE FOR UPDATE OF j SKIP LOCKED
  ), sorted AS (
    UPDATE jobs j SET limited = true FROM theirs t WHERE ${jobOf('t')}
      RETURNING j.name, coalesce(j.rate_key, '') AS rate_key, coalesce(j.concurrency_key, '') AS concurrency_key,
        j.rank, j.turn
  ), lined AS (
    INSERT INTO lines AS l SELECT DISTINCT ON (s.name, s.rate_key, s.concurrency_key) p_queue, s.name, s.rate_key,
        s.concurrency_key, s.rate_key <> '', s.rank, s.turn, NULL::float8
      FROM sorted s ORDER BY s.name, s.rate_key, s.concurrency_key, s.rank, s.turn
      ON CONFLICT (queue, name, rate_key, concurrency_key) DO UPDATE SET rank = excluded.rank, turn = excluded.turn
        WHERE (excluded.rank, excluded.turn) < (l.rank, l.turn)
  )
  SELECT (SELECT count(*) FROM seen), (SELECT count(*) FROM sorted), l.rank, l.turn INTO v_seen, sorted, rank, turn
    FROM (SELECT 1) one LEFT JOIN (SELECT s.rank, s.turn FROM seen s ORDER BY s.rank DESC, s.turn DESC LIMIT 1) l ON true;
  IF v_seen < p_size THEN
    rank := NULL;
    turn := NULL;
  END IF;
END $$;

-- Chooses the next jobs to start where names have limits: in queue order, those that may start now. Sorts jobs into lines as
-- far as it takes to find these, and no more than about ${MOST_SORTED}. Jobs of names without limits need no lock.
CREATE OR REPLACE FUNCTION pick_jobs(p_queue int, p_limit int, p_now float8, OUT ids text[], OUT is_cut boolean, OUT at float8)
LANGUAGE plpgsql ${PLANNED} AS $$
#variable_conflict use_column
DECLARE
  v_plain text[];
  v_ranks float8[];
  v_turns bigint[];
  v_next int;
  v_size int := least(p_limit, ${SORTED_AT_ONCE});
  v_looked int := 0;
  v_sorted int := 0;
  v_has_limits boolean;
  v_bound record;
  v_line record;
  v_job record;
BEGIN
  is_cut := false;
  at := p_now;
  SELECT array_agg(p.id ORDER BY p.rank, p.turn), bool_or(m.name IS NOT NULL) INTO ids, v_has_limits FROM (
    SELECT j.id, j.name, j.rank, j.turn FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND NOT j.limited
      AND ${NOT_PAUSED} ORDER BY j.rank, j.turn LIMIT p_limit FOR UPDATE SKIP LOCKED
  ) p LEFT JOIN limits m ON m.queue = p_queue AND m.name = p.name;
  IF NOT coalesce(v_has_limits, false) AND NOT lines_ready(p_queue, p_now) THEN RETURN; END IF;
  ids := '{}';
  PERFORM lock_limits(p_queue);
  -- The lock may have taken a while, and starts are counted from when they are allowed.
  at := now_ms();
  p_now := at;
  PERFORM open_lines(p_queue, p_now);
  SELECT '-Infinity'::float8 AS rank, 0::bigint AS turn INTO v_bound;
  LOOP
    SELECT * INTO v_bound FROM sort_into_lines(p_queue, v_size, v_bound.rank, v_bound.turn);
    is_cut := v_bound.rank IS NOT NULL;
    v_sorted := v_sorted + v_bound.sorted;
    v_looked := v_looked + v_size;
    v_size := least(v_size * 4, ${SORTED_AT_ONCE});
    v_next := 1;
    SELECT array_agg(p.id ORDER BY p.rank, p.turn), array_agg(p.rank ORDER BY p.rank, p.turn),
        array_agg(p.turn ORDER BY p.rank, p.turn) INTO v_plain, v_ranks, v_turns FROM (
      SELECT j.id, j.rank, j.turn FROM (
        SELECT w.queue, w.id FROM jobs w WHERE w.queue = p_queue AND w.status = 'waiting' AND NOT w.limited
            AND (w.rank, w.turn) <= (coalesce(v_bound.rank, 'Infinity'), coalesce(v_bound.turn, 0))
          ORDER BY w.rank, w.turn LIMIT 1000
      ) s JOIN jobs j ON ${jobOf('s')}
        WHERE j.status || '' = 'waiting' AND j.limited IS NOT TRUE AND ${NOT_PAUSED}
          AND NOT EXISTS (SELECT 1 FROM limits m WHERE m.queue = p_queue AND m.name = j.name) AND j.id <> ALL (ids)
        ORDER BY j.rank, j.turn LIMIT p_limit FOR UPDATE OF j SKIP LOCKED
    ) p;
    WHILE cardinality(ids) < p_limit LOOP
      SELECT l.*, m.paused, m.held_until, limits_of(m.published, m.override) AS limits INTO v_line
        FROM limits m CROSS JOIN LATERAL (
          (SELECT k.rate_key, k.concurrency_key, k.rank, k.turn, k.name FROM lines k WHERE k.queue = p_queue
            AND k.name = m.name AND k.keyed AND k.opens_at IS NULL ORDER BY k.rank, k.number, k.turn LIMIT 1)
          UNION ALL
          (SELECT k.rate_key, k.concurrency_key, k.rank, k.turn, k.name FROM lines k WHERE k.queue = p_queue
            AND k.name = m.name AND NOT k.keyed AND k.opens_at IS NULL AND m.gate_opens_at IS NULL
            ORDER BY k.rank, k.number, k.turn LIMIT 1)
        ) l WHERE ${LIVE} AND m.opens_at IS NULL ORDER BY l.rank, l.turn LIMIT 1;
      -- A job that is not sorted yet may come before.
      IF NOT FOUND OR (is_cut AND (v_line.rank, v_line.turn) > (v_bound.rank, v_bound.turn))
        OR (v_ranks[v_next], v_turns[v_next]) < (v_line.rank, v_line.turn) THEN
        EXIT WHEN v_plain[v_next] IS NULL;
        ids := ids || v_plain[v_next];
        v_next := v_next + 1;
        CONTINUE;
      END IF;
      SELECT j.id, j.rank, j.turn, j.fencing_token + 1 AS token INTO v_job FROM jobs j
        WHERE j.queue = p_queue AND j.name = v_line.name AND coalesce(j.rate_key, '') = v_line.rate_key
          AND coalesce(j.concurrency_key, '') = v_line.concurrency_key AND j.status = 'waiting' AND j.limited
          AND ${NOT_PAUSED} ORDER BY j.rank, j.turn LIMIT 1 FOR UPDATE SKIP LOCKED;
      IF NOT FOUND THEN
        -- Where other transactions hold all of its jobs, the line is looked at again soon.
        IF EXISTS (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.name = v_line.name
          AND coalesce(j.rate_key, '') = v_line.rate_key AND coalesce(j.concurrency_key, '') = v_line.concurrency_key
          AND j.status = 'waiting' AND j.limited) THEN
          UPDATE lines l SET opens_at = p_now + 50 WHERE l.queue = p_queue AND l.name = v_line.name
            AND l.rate_key = v_line.rate_key AND l.concurrency_key = v_line.concurrency_key;
        ELSE
          DELETE FROM lines l WHERE l.queue = p_queue AND l.name = v_line.name
            AND l.rate_key = v_line.rate_key AND l.concurrency_key = v_line.concurrency_key;
        END IF;
        CONTINUE;
      END IF;
      IF (v_line.rank, v_line.turn) < (v_job.rank, v_job.turn) THEN
        UPDATE lines l SET rank = v_job.rank, turn = v_job.turn WHERE l.queue = p_queue AND l.name = v_line.name
          AND l.rate_key = v_line.rate_key AND l.concurrency_key = v_line.concurrency_key;
        CONTINUE;
      END IF;
      CONTINUE WHEN shut_line(p_queue, v_line.name, v_line.rate_key, v_line.concurrency_key, v_line.limits, v_line.paused,
        v_line.held_until, p_now);
      PERFORM note_start(p_queue, v_line.name, v_line.rate_key, v_line.limits, v_job.id, v_job.token, p_now);
      ids := ids || v_job.id;
    END LOOP;
    EXIT WHEN NOT is_cut OR cardinality(ids) = p_limit OR v_looked >= ${MOST_SORTED};
  END LOOP;
  -- Where others hold all that were looked at, to look again at once finds no more.
  is_cut := is_cut AND cardinality(ids) < p_limit AND v_sorted > 0;
END $$;
`;
