import { jobOf, PLANNED } from './plan.ts';

/** The SQL functions that change waiting jobs. */
export const UPDATE_FUNCTIONS: string = `
-- Gives waiting or delayed jobs another key, or none, for the one they had. Answers the ids of all but those whose new key
-- another job holds, and of the last of these the holder.
CREATE OR REPLACE FUNCTION change_keys(p_queue int, p_ids text[], p_key text, p_mode text, p_ttl float8, p_now float8)
RETURNS TABLE (ids text[], held text) LANGUAGE plpgsql AS $$
DECLARE
  v_ids text[] := p_ids;
  v_held text;
  v_holder text;
  v_job record;
BEGIN
  -- Before any job, as in add_jobs.
  IF p_key IS NOT NULL THEN PERFORM pg_advisory_xact_lock(hashtextextended(p_key, p_queue)); END IF;
  PERFORM 1 FROM jobs j WHERE j.queue = p_queue AND j.id = ANY (p_ids) ORDER BY j.id FOR UPDATE;
  FOR v_job IN
    SELECT j.* FROM unnest(p_ids) WITH ORDINALITY AS i(id, place) CROSS JOIN LATERAL (
        SELECT o.* FROM jobs o WHERE o.queue = p_queue AND o.id = i.id OFFSET 0
      ) j WHERE j.status IN ('waiting', 'delayed') AND j.deduplication_key IS DISTINCT FROM p_key ORDER BY i.place
  LOOP
    SELECT k.job INTO v_holder FROM keys k
      WHERE k.queue = p_queue AND k.key = p_key AND (k.free_at IS NULL OR k.free_at > p_now);
    IF FOUND THEN
      v_ids := array_remove(v_ids, v_job.id);
      v_held := v_holder;
      CONTINUE;
    END IF;
    DELETE FROM keys k WHERE k.queue = p_queue AND k.key = v_job.deduplication_key AND k.job = v_job.id;
    UPDATE jobs j SET deduplication_key = p_key, deduplication_mode = p_mode, deduplication_ttl = p_ttl
      WHERE j.queue = p_queue AND j.id = v_job.id;
    IF p_key IS NOT NULL THEN
      PERFORM take_key(p_queue, p_key, v_job.id, p_mode, p_now + p_ttl, v_job.fencing_token);
    END IF;
  END LOOP;
  RETURN QUERY SELECT v_ids, v_held;
END $$;

-- Changes waiting or delayed jobs, and their metadata in every state but active. Answers how many, and of the last whose
-- new key another job holds, which stays as it is, that job.
CREATE OR REPLACE FUNCTION update_jobs(p_queue int, p_ids text[], p_changes json) RETURNS TABLE (changed int, held_by text) LANGUAGE plpgsql ${PLANNED} AS $$
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
  v_tags text[] := CASE WHEN p_changes -> 'tags' IS NOT NULL THEN ARRAY(SELECT json_array_elements_text(p_changes -> 'tags')) END;
  v_ids text[] := p_ids;
  v_held text;
  v_note boolean := NOT v_payload AND NOT v_timed AND v_priority IS NULL AND p_changes -> 'max_attempts' IS NULL;
BEGIN
  -- Before a job is locked: one that is placed again needs the lock of the order.
  IF NOT v_note THEN PERFORM hold_order(p_queue); END IF;
  IF p_changes -> 'keyed' IS NOT NULL THEN
    SELECT k.ids, k.held INTO v_ids, v_held FROM change_keys(p_queue, p_ids, p_changes ->> 'key', p_changes ->> 'mode',
      (p_changes ->> 'ttl_ms')::float8, v_now) k;
  END IF;
  WITH asked AS MATERIALIZED (SELECT p_queue AS queue, i.id FROM unnest(v_ids) AS i(id)), picked AS MATERIALIZED (
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
      tags = CASE WHEN v_tags IS NULL THEN j.tags WHEN cardinality(v_tags) > 0 THEN v_tags END,
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
  RETURN QUERY SELECT v_count, v_held;
END $$;
`;
