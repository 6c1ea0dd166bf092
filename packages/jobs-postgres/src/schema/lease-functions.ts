import { leaseHasEnded } from './lost-lease.ts';
import { jobOf, PLANNED } from './plan.ts';

/** How long a job whose row another transaction holds is left alone, in milliseconds. */
const LOOKED_AT_AFTER_MS = 50;

/** How long a completion in a transaction of the user waits for another transaction that holds the job's row, in milliseconds. */
const COMPLETES_WITHIN_MS = 5_000;

/** SQL functions of the worker loop. They lock rows in the order of their ids, so that calls cannot deadlock. */
export const LEASE_FUNCTIONS: string = `
-- Records what ended; answers the leases that were not held. A transaction of the user, which may last, is joined.
CREATE OR REPLACE FUNCTION record_ended(p_queue int, p_ended json, p_now float8, p_joined boolean DEFAULT false)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  v_refused json;
  v_events text[];
  v_heard boolean := is_heard(p_queue);
  v_ready boolean;
BEGIN
  WITH ended AS MATERIALIZED (
    SELECT x.*, p_queue AS queue, coalesce(p_now + x.delay_ms, x.run_at) AS due FROM json_to_recordset(p_ended) AS x(
      id text, token float8, kind text, result text, error text, failures text, run_at float8, delay_ms float8,
      reason text, attempts float8, started boolean, concurrency_key text, rate_key text, letter_queue text, letter json, signal text)
  ), held AS MATERIALIZED (
    SELECT e.*, j.name, j.deduplication_key, j.logged, j.limited, j.processed_at, j.rate_key AS old_rate_key,
      j.concurrency_key AS old_concurrency_key, j.charge, j.class, j.fair_key,
      b.is_back, b.at, CASE WHEN b.is_back THEN 'blocked' WHEN e.kind = 'complete' THEN 'completed'
        WHEN e.kind = 'fail' THEN 'failed' WHEN e.kind = 'cancel' THEN 'cancelled' WHEN e.kind = 'unstarted' THEN 'waiting'
        WHEN j.open_deps > 0 OR j.failed_deps > 0 THEN 'blocked' WHEN b.at > p_now THEN 'delayed' ELSE 'waiting' END AS status,
      -- One that waits for others, or that others wait for, goes when that is settled.
      CASE WHEN b.is_back THEN NULL ELSE CASE e.kind WHEN 'complete' THEN j.keep[2] WHEN 'fail' THEN j.keep[4]
        WHEN 'cancel' THEN j.keep[6] END END AS keep, j.node,
      CASE WHEN j.waits_for IS NOT NULL AND j.awaited IS NULL THEN true END AS is_last
    FROM ended e JOIN jobs j ON ${jobOf('e')}
      -- Handed out to fail for another, it was given back, or that one was retried meanwhile.
      CROSS JOIN LATERAL (SELECT coalesce(j.doomed, false) AND NOT (e.kind = 'cancel'
        OR (e.kind = 'fail' AND j.failed_deps > 0)) AS is_back,
        CASE WHEN e.signal = ANY (j.signals) THEN p_now ELSE e.due END AS at) b
    -- Not as the index of active jobs says it: the primary key is to serve.
    WHERE j.status || '' = 'active' AND j.fencing_token = e.token
    ORDER BY j.id FOR UPDATE OF j
  ), gone AS (
    DELETE FROM jobs j USING held h WHERE h.keep = 0 AND h.node IS NULL AND ${jobOf('h')} RETURNING j.id, h.logged
  ), silenced AS (
    DELETE FROM logs l USING gone g WHERE g.logged AND l.queue = p_queue AND l.job = g.id
  ), moved AS (
    UPDATE jobs j SET status = h.status,
      rank = CASE h.status WHEN 'waiting' THEN 0 - j.priority WHEN 'delayed' THEN h.at WHEN 'blocked' THEN 0 ELSE p_now END,
      turn = CASE WHEN h.kind = 'unstarted' AND NOT h.is_back THEN j.ready_turn
        WHEN h.reason = 'released' AND h.status = 'waiting' THEN nextval('turns_ahead') ELSE nextval('turns') END,
      doomed = j.doomed AND NOT h.is_back,
      run_at = CASE WHEN h.kind IN ('retry', 'snooze') AND NOT h.is_back THEN h.at ELSE j.run_at END,
      finished_at = CASE WHEN h.keep IS NULL THEN j.finished_at ELSE p_now END,
      attempts_made = j.attempts_made + CASE WHEN h.is_back THEN 0 ELSE h.attempts END,
      result = h.result,
      error = CASE WHEN h.kind = 'complete' THEN NULL ELSE coalesce(h.error, j.error) END,
      failures = coalesce(h.failures, j.failures),
      snooze_reason = CASE WHEN h.kind = 'unstarted' THEN j.snooze_reason ELSE h.reason END,
      concurrency_key = coalesce(h.concurrency_key, j.concurrency_key),
      rate_key = coalesce(h.rate_key, j.rate_key), limited = false, charge = NULL, lease_until = NULL
    FROM held h WHERE (h.keep IS NULL OR h.keep > 0 OR h.node IS NOT NULL) AND ${jobOf('h')}
  ), freed AS (
    DELETE FROM keys k USING held h WHERE h.keep IS NOT NULL AND h.deduplication_key IS NOT NULL
      AND k.queue = p_queue AND k.key = h.deduplication_key AND k.job = h.id
      AND NOT (k.mode = 'drop' AND k.free_at IS NOT NULL)
  ), opened AS (
    INSERT INTO openings SELECT p_queue, h.name, coalesce(h.old_rate_key, ''), coalesce(h.old_concurrency_key, ''),
      NOT h.started, h.processed_at, h.id, h.token FROM held h WHERE h.limited
  ), given_back AS (
    INSERT INTO arrivals (queue, class, key, kind, base, since, at)
      SELECT p_queue, h.class, coalesce(h.fair_key, ''), CASE WHEN h.status = 'waiting' AND h.kind = 'unstarted' THEN 'kept' ELSE 'back' END,
        h.charge[1], h.charge[2], h.charge[3] FROM held h WHERE NOT h.started AND h.charge IS NOT NULL AND h.class IS NOT NULL
  ), counted AS (
    INSERT INTO counts SELECT p_queue, c.status, c.name, sum(c.jobs) FROM (
      SELECT 'active' AS status, h.name, -1 AS jobs FROM held h
      UNION ALL SELECT h.status, h.name, 1 FROM held h WHERE h.keep IS NULL OR h.keep > 0 OR h.node IS NOT NULL
    ) c GROUP BY c.status, c.name
  )
  SELECT json_agg(json_build_object('id', e.id, 'fencingToken', e.token)) FILTER (WHERE h.id IS NULL),
      bool_or(h.status IN ('waiting', 'delayed') OR h.limited OR h.is_back),
      array_agg(CASE WHEN h.kind = 'retry' THEN event('retrying', h.id, h.name, p_now,
          json_build_object('runAt', h.at, 'error', h.error)) END) FILTER (WHERE v_heard) || array_agg(CASE
          WHEN h.status = 'completed' THEN event('completed', h.id, h.name, p_now, json_build_object('result', h.result, 'endsWorkflow', h.is_last))
          WHEN h.status IN ('failed', 'cancelled') THEN event(h.status, h.id, h.name, p_now,
            json_build_object('error', h.error, 'endsWorkflow', h.is_last))
          WHEN h.status = 'delayed' THEN event('delayed', h.id, h.name, p_now, json_build_object('runAt', h.at))
          WHEN h.status = 'waiting' THEN event('waiting', h.id, h.name, p_now) END) FILTER (WHERE v_heard)
    INTO v_refused, v_ready, v_events FROM ended e LEFT JOIN held h ON h.id = e.id AND h.token = e.token;
  IF v_events IS NOT NULL THEN PERFORM tell(p_queue, v_events); END IF;
  IF v_ready THEN PERFORM wake(p_queue, p_joined); END IF;
  IF p_ended::text LIKE '%"letter"%' THEN PERFORM keep_letters(p_ended, v_refused); END IF;
  RETURN v_refused;
END $$;

-- Puts the ends of jobs whose rows other transactions hold apart; answers the others.
CREATE OR REPLACE FUNCTION put_apart(p_queue int, p_ended json, p_now float8) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  v_free json;
BEGIN
  WITH ended AS MATERIALIZED (
    SELECT p_queue AS queue, e.value, e.ordinality AS place, e.value ->> 'id' AS id, (e.value ->> 'token')::float8 AS token
      FROM json_array_elements(p_ended) WITH ORDINALITY AS e
  ), free AS MATERIALIZED (
    SELECT j.id FROM ended e JOIN jobs j ON ${jobOf('e')} WHERE j.status || '' = 'active' AND j.fencing_token = e.token
      ORDER BY j.id FOR UPDATE OF j SKIP LOCKED
  ), held AS MATERIALIZED (
    SELECT e.* FROM ended e JOIN jobs j ON ${jobOf('e')} WHERE j.status || '' = 'active' AND j.fencing_token = e.token
      AND NOT e.id = ANY (SELECT f.id FROM free f)
  ), kept AS (
    INSERT INTO apart (queue, job, fencing_token, ended, look_at)
      SELECT h.queue, h.id, h.token, h.value, p_now + ${LOOKED_AT_AFTER_MS} FROM held h
      ON CONFLICT (queue, job, fencing_token) DO UPDATE SET ended = excluded.ended, look_at = excluded.look_at
  )
  SELECT json_agg(e.value ORDER BY e.place) INTO v_free FROM ended e WHERE NOT e.id = ANY (SELECT h.id FROM held h);
  RETURN v_free;
END $$;

-- Records what stands apart, of jobs whose rows no transaction holds any more; returns whether any ended, and when to look again.
CREATE OR REPLACE FUNCTION record_apart(p_queue int, p_now float8, OUT has_ended boolean, OUT look_at float8) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_each apart;
BEGIN
  has_ended := false;
  FOR v_each IN SELECT * FROM apart a WHERE a.queue = p_queue AND a.look_at <= p_now ORDER BY a.job LIMIT 100 FOR UPDATE SKIP LOCKED LOOP
    PERFORM 1 FROM jobs j WHERE j.queue = p_queue AND j.id = v_each.job AND j.status || '' = 'active'
      AND j.fencing_token = v_each.fencing_token;
    IF FOUND THEN
      UPDATE jobs j SET lease_until = greatest(j.lease_until, v_each.lease_until) FROM (SELECT h.ctid FROM jobs h WHERE h.queue = p_queue
        AND h.id = v_each.job AND h.fencing_token = v_each.fencing_token FOR UPDATE SKIP LOCKED) f WHERE j.ctid = f.ctid;
      IF NOT FOUND THEN
        UPDATE apart a SET look_at = p_now + ${LOOKED_AT_AFTER_MS} WHERE a.queue = p_queue AND a.job = v_each.job
          AND a.fencing_token = v_each.fencing_token;
        CONTINUE;
      END IF;
      IF v_each.ended IS NOT NULL THEN
        PERFORM record_ended(p_queue, json_build_array(v_each.ended), p_now);
        has_ended := true;
      END IF;
    END IF;
    DELETE FROM apart a WHERE a.queue = p_queue AND a.job = v_each.job AND a.fencing_token = v_each.fencing_token;
  END LOOP;
  SELECT min(a.look_at) INTO look_at FROM apart a WHERE a.queue = p_queue;
END $$;

-- Stores the dead letters of jobs that failed, each in its queue, in the step that records the failure.
CREATE OR REPLACE FUNCTION keep_letters(p_ended json, p_refused json) RETURNS void LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_queue record;
  v_number int;
BEGIN
  FOR v_queue IN
    SELECT x.letter_queue AS name, json_agg(x.letter) AS letters FROM json_to_recordset(p_ended)
        AS x(id text, token float8, letter_queue text, letter json)
      WHERE x.letter_queue IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_to_recordset(p_refused)
        AS r(id text, "fencingToken" float8) WHERE r.id = x.id AND r."fencingToken" = x.token)
      GROUP BY x.letter_queue ORDER BY x.letter_queue
  LOOP
    -- Looked for first: an INSERT uses up a number of a queue also where it changes nothing.
    SELECT q.queue INTO v_number FROM queues q WHERE q.name = v_queue.name;
    IF NOT FOUND THEN
      INSERT INTO queues (name) VALUES (v_queue.name) ON CONFLICT DO NOTHING;
      SELECT q.queue INTO v_number FROM queues q WHERE q.name = v_queue.name;
    END IF;
    -- As if within a transaction of the user: without the lock of wake-ups, of which this call may hold that of its queue.
    PERFORM add_jobs(v_number, v_queue.letters, v_queue.letters::text LIKE '%"steps":%', true, false);
  END LOOP;
END $$;

-- Takes back what other holders lost, at most 500 jobs.
CREATE OR REPLACE FUNCTION take_back(p_queue int, p_holder text, p_stalls json, p_error text, p_now float8)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  v_stalled json;
  v_events text[];
  v_heard boolean := is_heard(p_queue);
BEGIN
  WITH lost AS MATERIALIZED (
    SELECT j.id, j.name, j.fencing_token, j.deduplication_key, j.logged, j.keep[4] AS keep, j.processed_at, j.turn,
      j.stalled_count + 1 > s.most AS failed, j.limited, j.rate_key, j.concurrency_key, j.node, j.waits_for, j.awaited,
      CASE WHEN j.stalled_count + 1 > s.most THEN 'failed' WHEN j.doomed OR j.open_deps > 0 OR j.failed_deps > 0 THEN 'blocked' ELSE 'waiting' END AS becomes
    FROM jobs j CROSS JOIN LATERAL (SELECT coalesce(p_stalls -> 'maxOf' ->> j.name, p_stalls ->> 'max')::float8 AS most) s
    WHERE j.queue = p_queue AND j.status = 'active' AND j.holder <> p_holder AND ${leaseHasEnded('j', 'p_now')}
    ORDER BY j.lease_until LIMIT 500 FOR UPDATE OF j SKIP LOCKED
  ), placed AS MATERIALIZED (
    SELECT l.*, p_queue AS queue, nextval('turns_ahead') AS ahead FROM (SELECT * FROM lost ORDER BY processed_at DESC, turn DESC) l
  ), gone AS (
    DELETE FROM jobs j USING placed p WHERE p.failed AND p.keep = 0 AND p.node IS NULL AND ${jobOf('p')}
    RETURNING j.id, p.logged
  ), silenced AS (
    DELETE FROM logs l USING gone g WHERE g.logged AND l.queue = p_queue AND l.job = g.id
  ), moved AS (
    UPDATE jobs j SET status = p.becomes, doomed = j.doomed AND p.failed,
      rank = CASE p.becomes WHEN 'failed' THEN p_now WHEN 'blocked' THEN 0 ELSE 0 - j.priority END,
      turn = CASE p.becomes WHEN 'waiting' THEN p.ahead ELSE nextval('turns') END,
      finished_at = CASE WHEN p.failed THEN p_now END,
      error = CASE WHEN p.failed THEN p_error ELSE j.error END,
      stalled_count = j.stalled_count + 1, snooze_reason = NULL, limited = false, charge = NULL, lease_until = NULL
    FROM placed p WHERE NOT (p.failed AND p.keep = 0 AND p.node IS NULL) AND ${jobOf('p')}
  ), freed AS (
    DELETE FROM keys k USING placed p WHERE p.failed AND p.deduplication_key IS NOT NULL AND k.queue = p_queue
      AND k.key = p.deduplication_key AND k.job = p.id AND NOT (k.mode = 'drop' AND k.free_at IS NOT NULL)
  ), opened AS (
    INSERT INTO openings SELECT p_queue, p.name, coalesce(p.rate_key, ''), coalesce(p.concurrency_key, ''),
      false, p.processed_at, p.id, p.fencing_token FROM placed p WHERE p.limited
  ), counted AS (
    INSERT INTO counts SELECT p_queue, c.status, c.name, sum(c.jobs) FROM (
      SELECT 'active' AS status, p.name, -1 AS jobs FROM placed p
      UNION ALL SELECT p.becomes, p.name, 1 FROM placed p
        WHERE NOT (p.failed AND p.keep = 0 AND p.node IS NULL)
    ) c GROUP BY c.status, c.name
  )
  SELECT json_agg(json_build_object('lease', json_build_object('id', p.id, 'fencingToken', p.fencing_token),
        'name', p.name, 'failed', p.failed)),
      array_agg(event('stalled', p.id, p.name, p_now)) FILTER (WHERE v_heard) || array_agg(
        CASE WHEN p.failed THEN event('failed', p.id, p.name, p_now, json_build_object('error', p_error,
          'endsWorkflow', CASE WHEN p.waits_for IS NOT NULL AND p.awaited IS NULL THEN true END))
        WHEN p.becomes = 'waiting' THEN event('waiting', p.id, p.name, p_now) END) FILTER (WHERE v_heard)
    INTO v_stalled, v_events FROM placed p;
  IF v_events IS NOT NULL THEN PERFORM tell(p_queue, v_events); END IF;
  RETURN v_stalled;
END $$;

-- The window of each of the limits of the jobs' rates.
CREATE OR REPLACE FUNCTION windows_of(p_queue int, p_jobs jobs[]) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT json_object_agg(w.name, w.per) FROM (
    SELECT m.name, (limits_of(m.published, m.override) #>> '{rate,per}')::float8 AS per FROM limits m
      WHERE m.queue = p_queue AND m.name IN (SELECT limit_owner(j.name, j.rate_key) FROM unnest(p_jobs) j)
  ) w WHERE w.per IS NOT NULL);
END $$;

-- Says that a worker waits for work, before it looks a last time. The lock comes first, as in an exchange that wakes
-- others: it waits for those that added jobs without having seen this, and they hold no row that is needed here.
CREATE OR REPLACE FUNCTION wait_for_work(p_queue int, p_holder text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_now float8;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('philjs-jobs wake', p_queue));
  v_now := now_ms();
  INSERT INTO holders (queue, holder, seen_at, hungry) VALUES (p_queue, p_holder, v_now, true)
    ON CONFLICT (queue, holder) DO UPDATE SET hungry = true, seen_at = v_now;
END $$;

-- Completes a job within a transaction of the user. Returns whether its lease was held.
CREATE OR REPLACE FUNCTION complete_in(p_queue int, p_ended json) RETURNS boolean LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_wait text := current_setting('lock_timeout');
  v_held boolean;
BEGIN
  -- Another transaction may hold the row for as long as its handler waits for this one.
  IF (SELECT s.setting::int NOT BETWEEN 1 AND ${COMPLETES_WITHIN_MS} FROM pg_settings s WHERE s.name = 'lock_timeout') THEN
    PERFORM set_config('lock_timeout', '${COMPLETES_WITHIN_MS}', true);
  END IF;
  v_held := record_ended(p_queue, p_ended, now_ms(), true) IS NULL;
  PERFORM set_config('lock_timeout', v_wait, true);
  -- A worker settles what waits for it once the transaction is committed.
  IF EXISTS (SELECT 1 FROM endings) THEN PERFORM wake(p_queue, true); END IF;
  RETURN v_held;
END $$;

-- Renews leases; answers the ones that were held, with the wish to cancel where there is one. That of a job whose row another
-- transaction holds is noted apart.
CREATE OR REPLACE FUNCTION extend(p_queue int, p_holder text, p_leases json, p_lease float8)
RETURNS TABLE (id text, token float8, cancel_requested text) LANGUAGE plpgsql ${PLANNED} AS $$
#variable_conflict use_column
DECLARE
  v_now float8 := now_ms();
  v_until float8 := v_now + p_lease;
BEGIN
  RETURN QUERY WITH asked AS MATERIALIZED (
    SELECT p_queue AS queue, l.* FROM json_to_recordset(p_leases) AS l(id text, token float8)
  ), free AS MATERIALIZED (
    SELECT j.queue, j.id FROM asked l JOIN jobs j ON ${jobOf('l')}
      WHERE j.status || '' = 'active' AND j.fencing_token = l.token ORDER BY j.id FOR UPDATE OF j SKIP LOCKED
  ), renewed AS (
    UPDATE jobs j SET lease_until = v_until, holder = p_holder FROM free f WHERE ${jobOf('f')}
      RETURNING j.id, j.fencing_token, j.cancel_requested
  ), held AS MATERIALIZED (
    SELECT l.queue, j.id, j.fencing_token, j.cancel_requested FROM asked l JOIN jobs j ON ${jobOf('l')}
      WHERE j.status || '' = 'active' AND j.fencing_token = l.token AND NOT j.id = ANY (SELECT f.id FROM free f)
  ), noted AS (
    INSERT INTO apart AS a (queue, job, fencing_token, lease_until, look_at)
      SELECT h.queue, h.id, h.fencing_token, v_until, v_now + ${LOOKED_AT_AFTER_MS} FROM held h ORDER BY h.id
      ON CONFLICT (queue, job, fencing_token) DO UPDATE SET lease_until = v_until
  )
  SELECT r.* FROM renewed r UNION ALL SELECT h.id, h.fencing_token, h.cancel_requested FROM held h;
  UPDATE holders h SET seen_at = now_ms() WHERE h.queue = p_queue AND h.holder = p_holder;
END $$;
`;
