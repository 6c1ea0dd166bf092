import { PLANNED } from './plan.ts';

/** How many blocked jobs one call looks at, and how many jobs that they wait for, besides those of the last one. */
const [MOST_JOBS, MOST_EDGES] = [1_000, 10_000];

/** The condition of an edge to a job that is there and has not ended. */
const IS_THERE =
  'EXISTS (SELECT 1 FROM jobs d WHERE d.node = e.dependency AND d.finished_at IS NULL)';

/** SQL functions that find blocked jobs that wait for what is not there. */
export const UNPLACED_FUNCTIONS: string = `
-- Blocked jobs behind a turn, and whether they are about to be released or count as open only what is there.
CREATE OR REPLACE FUNCTION blocked_behind(p_queue int, p_turn float8) RETURNS TABLE (node bigint, turn bigint, is_lost boolean)
LANGUAGE sql STABLE ${PLANNED} AS $$
  SELECT b.node, b.turn, b.open_deps > 0 AND b.failed_deps = 0 AND b.open_deps <> (
      SELECT count(*) FROM edges e WHERE e.dependant = b.node AND e.state = 'open' AND ${IS_THERE})
    FROM (
      SELECT l.*, sum(l.waits_for) OVER (ORDER BY l.turn) AS edges FROM (
        SELECT j.* FROM jobs j WHERE j.queue = p_queue AND j.status = 'blocked' AND j.rank = 0 AND j.turn > p_turn::bigint
          ORDER BY j.turn LIMIT ${MOST_JOBS}) l
    ) b WHERE b.edges - b.waits_for < ${MOST_EDGES} ORDER BY b.turn
$$;

-- Looks at some blocked jobs behind a turn for such as count as open what has ended or is not there, and counts again what
-- those wait for. Only for these it takes the lock of workflows. The caller applies the retention of its queue.
CREATE OR REPLACE FUNCTION find_unplaced(p_queue int, p_turn float8, OUT mended int, OUT looked int, OUT last float8)
LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_lost bigint[];
BEGIN
  SELECT array_agg(b.node) FILTER (WHERE b.is_lost), count(*), max(b.turn) INTO v_lost, looked, last FROM blocked_behind(p_queue, p_turn) b;
  mended := 0;
  IF v_lost IS NULL THEN RETURN; END IF;
  PERFORM lock_workflows(true);
  -- What has ended may not have been carried there yet.
  PERFORM settle(false, p_queue);
  v_lost := ARRAY(SELECT b.node FROM blocked_behind(p_queue, p_turn) b WHERE b.is_lost);
  v_lost := ARRAY(SELECT j.node FROM jobs j WHERE j.node = ANY (v_lost) AND j.status = 'blocked' FOR UPDATE SKIP LOCKED);
  mended := cardinality(v_lost);
  UPDATE edges e SET state = coalesce((SELECT CASE d.status WHEN 'completed' THEN 'completed' ELSE 'failed' END
      FROM jobs d WHERE d.node = e.dependency), 'failed')
    WHERE e.dependant = ANY (v_lost) AND e.state = 'open' AND NOT ${IS_THERE};
  PERFORM count_edges(v_lost);
  PERFORM wake(p_queue, true);
END $$;
`;
