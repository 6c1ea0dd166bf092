import { jobOf, PLANNED } from './plan.ts';

/** The SQL function that changes waiting jobs. */
export const UPDATE_FUNCTIONS: string = `
-- Changes waiting or delayed jobs, and their metadata in every state but active; answers how many.
CREATE OR REPLACE FUNCTION update_jobs(p_queue int, p_ids text[], p_changes json) RETURNS int LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_count int;
  v_events text[];
  v_heard boolean := is_heard(p_queue);
  v_now float8 := now_ms();
  v_payload boolean := p_changes -> 'version' IS NOT NULL;
  v_run_at float8 := greatest(coalesce(v_now + (p_changes ->> 'delay_ms')::float8, (p_changes ->> 'run_at')::float8), v_now);
  v_priority float8 := (p_changes ->> 'priority')::float8;
  v_order boolean := p_changes -> 'ordered' IS NOT NULL;
  v_timed boolean := p_changes -> 'run_at' IS NOT NULL;
  v_note boolean := NOT v_payload AND NOT v_timed AND v_priority IS NULL AND p_changes -> 'max_attempts' IS NULL;
BEGIN
  -- Before a job is locked: one that is placed again needs the lock of the order.
  IF NOT v_note THEN PERFORM hold_order(p_queue); END IF;
  WITH asked AS MATERIALIZED (SELECT p_queue AS queue, i.id FROM unnest(p_ids) AS i(id)), picked AS MATERIALIZED (
    SELECT j.queue, j.id, j.name, j.status, v_timed OR (v_priority IS NOT NULL AND j.status = 'waiting') AS moves,
      CASE WHEN NOT v_timed THEN j.status WHEN v_run_at > v_now THEN 'delayed' ELSE 'waiting' END AS becomes
    FROM asked i JOIN jobs j ON ${jobOf('i')}
      WHERE j.status IN ('waiting', 'delayed') OR (v_note AND j.status <> 'active') ORDER BY j.id FOR UPDATE OF j
  ), placed AS MATERIALIZED (
    SELECT p.*, CASE WHEN p.moves THEN nextval('turns') END AS turn
      FROM picked p JOIN unnest(p_ids) WITH ORDINALITY AS i(id, place) ON i.id = p.id ORDER BY i.place
  ), changed AS (
    UPDATE jobs j SET
      payload = CASE WHEN v_payload THEN p_changes ->> 'payload' ELSE j.payload END,
      version = coalesce((p_changes ->> 'version')::float8, j.version),
      concurrency_key = CASE WHEN v_payload THEN p_changes ->> 'concurrency_key' ELSE j.concurrency_key END,
      rate_key = CASE WHEN v_payload THEN p_changes ->> 'rate_key' ELSE j.rate_key END,
      priority = coalesce(v_priority, j.priority),
      fair_key = CASE WHEN v_order THEN p_changes ->> 'fair_key' ELSE j.fair_key END,
      weight = CASE WHEN v_order THEN (p_changes ->> 'weight')::float8 ELSE j.weight END,
      deadline_at = CASE WHEN v_order THEN (p_changes ->> 'deadline_at')::float8 ELSE j.deadline_at END,
      arrived_at = CASE WHEN v_timed THEN NULL ELSE j.arrived_at END,
      max_attempts = coalesce((p_changes ->> 'max_attempts')::float8, j.max_attempts),
      metadata = coalesce(p_changes ->> 'metadata', j.metadata),
      -- The next exchange sorts it into the line of its keys, at its position.
      limited = j.limited AND v_note,
      run_at = CASE WHEN v_timed THEN v_run_at ELSE j.run_at END,
      status = p.becomes,
      rank = CASE WHEN NOT p.moves THEN j.rank WHEN p.becomes = 'delayed' THEN v_run_at
        ELSE 0 - coalesce(v_priority, j.priority) END,
      turn = coalesce(p.turn, j.turn)
    FROM placed p WHERE ${jobOf('p')} RETURNING j.id, j.name, p.status AS was, p.becomes, p.moves
  ), counted AS (
    INSERT INTO counts SELECT p_queue, c.status, c.name, sum(c.jobs) FROM (
      SELECT x.was AS status, x.name, -1 AS jobs FROM changed x WHERE x.was <> x.becomes
      UNION ALL SELECT x.becomes, x.name, 1 FROM changed x WHERE x.was <> x.becomes
    ) c GROUP BY c.status, c.name
  )
  SELECT count(*), CASE WHEN v_heard THEN array_agg(event(x.becomes, x.id, x.name, v_now,
      CASE x.becomes WHEN 'delayed' THEN json_build_object('runAt', v_run_at) END)) FILTER (WHERE x.moves AND 'delayed' IN (x.was, x.becomes)) END
    INTO v_count, v_events FROM changed x;
  IF v_events IS NOT NULL THEN PERFORM tell(p_queue, v_events); END IF;
  IF NOT v_note AND v_count > 0 THEN PERFORM wake(p_queue); END IF;
  RETURN v_count;
END $$;
`;
