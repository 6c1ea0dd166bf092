import { KEPT_ANSWERS } from '@philjs/jobs-core/backend';
import { columnsAt, TYPED_COLUMNS } from './job-columns.ts';
import { PLANNED } from './plan.ts';

const NEXT_AT = `least(
    (SELECT j.rank FROM jobs j WHERE j.queue = p_queue AND j.status = 'delayed' ORDER BY j.rank, j.turn LIMIT 1),
    (SELECT j.lease_until FROM jobs j WHERE j.queue = p_queue AND j.status = 'active' AND j.holder <> p_holder
      ORDER BY j.lease_until LIMIT 1))`;
const RELEASABLE = `EXISTS (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.status = 'blocked' AND (j.open_deps = 0 OR j.failed_deps > 0))`;
const STARTABLE = `EXISTS (SELECT 1 FROM jobs j WHERE j.queue = p_queue AND j.status = 'waiting' AND NOT j.limited)`;

/** Writes SQL for each place in which an answer of a holder is kept. Another `KEPT_ANSWERS` needs another schema version. */
function places(sql: (place: number) => string, separator = ', '): string {
  return Array.from({ length: KEPT_ANSWERS }, (_, place) => sql(place)).join(separator);
}

/** Takes the new value in the place of this exchange, and what is kept in the others. */
function inPlace(column: string, value: string): string {
  return places((place) => {
    return `${column}_${place} = CASE v_place WHEN ${place} THEN ${value} ELSE h.${column}_${place} END`;
  });
}

/** SQL functions of an exchange. */
export const EXCHANGE_FUNCTIONS: string = `
-- When there is something to do by time: a delayed job, or a lease of another holder that ends.
CREATE OR REPLACE FUNCTION next_at(p_queue int, p_holder text) RETURNS float8 LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ${NEXT_AT};
END $$;

-- One exchange of a worker: the first row answers with all but the jobs, each further row is a job. With p_apart it waits for no
-- row that another transaction holds: those jobs end by themselves, later.
CREATE OR REPLACE FUNCTION exchange(p_queue int, p_holder text, p_sequence float8, p_ended json, p_limit int,
  p_lease float8, p_stalls json, p_error text, p_stopping boolean DEFAULT false, p_apart boolean DEFAULT false)
RETURNS TABLE (header json, ${TYPED_COLUMNS}) LANGUAGE plpgsql ${PLANNED} SET lock_timeout = '1s' AS $$
#variable_conflict use_column
DECLARE
  v_now float8 := now_ms();
  v_jobs jobs[] := '{}';
  v_refused json;
  v_stalled json;
  v_next float8;
  v_more boolean := false;
  v_hungry boolean := false;
  v_place int := p_sequence::bigint % ${KEPT_ANSWERS};
  v_picked record;
  v_windows json;
  v_answer json;
  v_released record;
  v_doomed jobs[] := '{}';
  v_settles boolean := false;
  v_unsettled boolean := false;
  v_held boolean := false;
  v_apart record;
  v_late boolean := false;
  v_seen record;
BEGIN
  -- Only a repeat, sent while the first call is still under way, waits here.
  PERFORM pg_advisory_xact_lock(hashtextextended(p_holder, p_sequence::bigint));
  SELECT CASE v_place ${places((place) => `WHEN ${place} THEN h.answer_${place}`, ' ')} END INTO v_answer FROM holders h
    WHERE h.queue = p_queue AND h.holder = p_holder
      AND p_sequence = CASE v_place ${places((place) => `WHEN ${place} THEN h.sequence_${place}`, ' ')} END;
  IF FOUND THEN
    header := json_build_object('refused', v_answer -> 'refused', 'stalled', v_answer -> 'stalled',
      'now', v_now, 'nextAt', v_now, 'hungry', true, 'settles', true);
    RETURN NEXT;
    RETURN QUERY SELECT NULL::json, ${columnsAt('o')} FROM json_to_recordset(
        CASE json_typeof(v_answer -> 'leases') WHEN 'array' THEN v_answer -> 'leases' ELSE '[]' END) AS l(id text, token float8)
      CROSS JOIN LATERAL (SELECT j.* FROM jobs j WHERE j.queue = p_queue AND j.id = l.id AND j.status = 'active'
        AND j.fencing_token = l.token OFFSET 0) o;
    RETURN;
  END IF;
  IF p_ended IS NOT NULL THEN
    v_refused := record_ended(p_queue, CASE WHEN p_apart THEN put_apart(p_queue, p_ended, v_now) ELSE p_ended END, v_now);
  END IF;
  -- All at once: each question of its own costs as much as its answer.
  SELECT q.paused, q.policy, q.is_moving, EXISTS (SELECT 1 FROM endings) AS has_endings,
      EXISTS (SELECT 1 FROM apart a WHERE a.queue = p_queue) AS has_apart, ${RELEASABLE} AS has_released,
      EXISTS (SELECT 1 FROM unretained u WHERE u.queue = p_queue) AS is_unretained,
      EXISTS (SELECT 1 FROM limits m WHERE m.queue = p_queue) AS is_limited, ${NEXT_AT} AS next
    INTO v_seen FROM queues q WHERE q.queue = p_queue;
  IF v_seen.has_apart THEN
    SELECT * INTO v_apart FROM record_apart(p_queue, v_now);
    v_seen.has_endings := true;
    v_late := v_apart.has_ended;
  END IF;
  v_next := v_seen.next;
  IF v_next <= v_now THEN
    v_stalled := take_back(p_queue, p_holder, p_stalls, p_error, v_now);
    v_more := coalesce(json_array_length(v_stalled), 0) = 500;
    IF p_limit > 0 THEN v_more := promote_due(p_queue, v_now) = 1000 OR v_more; END IF;
    v_next := next_at(p_queue, p_holder);
  END IF;
  -- What was taken back may have ended for good, and what ended may release others.
  IF v_seen.has_endings OR v_stalled IS NOT NULL THEN
    v_settles := EXISTS (SELECT 1 FROM endings);
    IF v_settles THEN v_unsettled := NOT settle(false, p_queue); END IF;
    v_seen.has_released := ${RELEASABLE};
  END IF;
  IF v_seen.is_unretained THEN v_settles := take_unretained(p_queue) OR v_settles; END IF;
  IF v_seen.has_released THEN
    SELECT * INTO v_released FROM release_dependants(p_queue, p_holder, p_limit, p_lease, v_now, p_stopping);
    v_doomed := coalesce(v_released.doomed, '{}');
    v_more := v_more OR v_released.is_cut;
    v_next := next_at(p_queue, p_holder);
    v_held := ${RELEASABLE};
  END IF;
  IF p_limit > 0 AND NOT v_seen.paused THEN
    IF v_seen.policy = 'fair' AND NOT v_seen.is_limited THEN
      PERFORM lock_limits(p_queue);
      v_now := now_ms();
      IF has_arrivals(p_queue) AND settle_turns(p_queue) THEN
        v_more := true;
      ELSE
        v_jobs := hand_out_fair(p_queue, p_holder, p_limit, p_lease, v_now);
      END IF;
    ELSIF v_seen.policy <> 'fifo' THEN
      SELECT * INTO v_picked FROM hand_out_in_order(p_queue, p_holder, p_limit, p_lease, v_now, v_seen.policy, v_seen.is_limited);
      v_jobs := v_picked.jobs;
      v_more := v_more OR v_picked.is_cut;
      v_now := v_picked.at;
    ELSIF NOT v_seen.is_limited THEN
      v_jobs := hand_out(p_queue, p_holder, p_limit, p_lease, v_now);
    ELSE
      SELECT * INTO v_picked FROM pick_jobs(p_queue, p_limit, v_now);
      v_more := v_more OR v_picked.is_cut;
      v_now := v_picked.at;
      v_jobs := start_jobs(p_queue, p_holder, v_picked.ids, p_lease, v_now);
    END IF;
    v_jobs := coalesce(v_jobs, '{}');
    IF v_seen.is_limited THEN
      v_next := least(v_next, lines_open_at(p_queue));
      v_windows := windows_of(p_queue, v_jobs);
    END IF;
    v_held := v_held OR (cardinality(v_jobs) < p_limit AND ${STARTABLE});
  END IF;
  v_jobs := v_jobs || v_doomed;
  -- Those that are left are held by other transactions, which may end without a word.
  IF v_held THEN v_next := least(v_next, v_now + 50); END IF;
  IF v_seen.has_apart THEN v_next := least(v_next, v_apart.look_at); END IF;
  IF p_ended IS NOT NULL OR v_stalled IS NOT NULL OR cardinality(v_jobs) > 0 THEN
    v_answer := json_build_object('refused', v_refused, 'stalled', v_stalled, 'leases',
      (SELECT json_agg(json_build_object('id', o.id, 'token', o.fencing_token)) FROM unnest(v_jobs) o));
    INSERT INTO holders AS h (queue, holder, seen_at, ${places((place) => `sequence_${place}, answer_${place}`)})
      VALUES (p_queue, p_holder, v_now, ${places((place) => {
        return `CASE v_place WHEN ${place} THEN p_sequence END, CASE v_place WHEN ${place} THEN v_answer END`;
      })})
      ON CONFLICT (queue, holder) DO UPDATE SET seen_at = v_now,
        ${inPlace('sequence', 'p_sequence')},
        ${inPlace('answer', 'v_answer')},
        hungry = h.hungry AND (p_limit = 0 OR cardinality(v_jobs) < p_limit)
      RETURNING h.hungry INTO v_hungry;
  ELSE
    SELECT h.hungry INTO v_hungry FROM holders h WHERE h.queue = p_queue AND h.holder = p_holder;
  END IF;
  header := json_build_object('refused', v_refused, 'stalled', v_stalled, 'now', v_now,
    'nextAt', CASE WHEN v_more THEN v_now ELSE v_next END, 'hungry', coalesce(v_hungry, false),
    'windows', v_windows, 'settles', v_settles, 'late', v_late, 'unsettled', v_unsettled, 'moving', v_seen.is_moving);
  RETURN NEXT;
  RETURN QUERY SELECT NULL::json, ${columnsAt('o')} FROM unnest(v_jobs) o;
END $$;
`;
