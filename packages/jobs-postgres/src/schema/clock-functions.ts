import { jobOf } from './plan.ts';

/** By how much the server's clock must have been set back to be noticed, in milliseconds. */
const STEP_MS = 1_000;

/** A function that mends what the server's clock left when it was set back. */
export const CLOCK_FUNCTIONS: string = `
-- Lets leases, and what holds limited jobs back, last no longer by what the clock was set back, and has every line that waits
-- for a time looked at again. Workers note the time with each heartbeat: a note that is later than now tells. What was written
-- since ends before that note, unless it lasts for longer than the clock was set back.
CREATE OR REPLACE FUNCTION mend_clock(p_queue int) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  v_now float8 := now_ms();
  v_seen float8;
  v_back float8;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM workers w WHERE w.queue = p_queue AND w.seen_at > v_now + ${STEP_MS}) THEN RETURN; END IF;
  PERFORM lock_limits(p_queue);
  SELECT max(w.seen_at) INTO v_seen FROM workers w WHERE w.queue = p_queue;
  v_now := now_ms();
  v_back := v_seen - v_now;
  IF v_back IS NULL OR v_back <= ${STEP_MS} THEN RETURN; END IF;
  UPDATE workers w SET seen_at = v_now FROM (SELECT s.id FROM workers s WHERE s.queue = p_queue AND s.seen_at > v_now
    ORDER BY s.id FOR UPDATE) late WHERE w.queue = p_queue AND w.id = late.id;
  -- A job that another transaction holds ends, or gets a new lease.
  WITH old AS MATERIALIZED (
    SELECT j.queue, j.id FROM jobs j WHERE j.queue = p_queue AND j.status = 'active' AND j.lease_until > v_seen
      FOR UPDATE SKIP LOCKED
  ) UPDATE jobs j SET lease_until = j.lease_until - v_back FROM old o WHERE ${jobOf('o')};
  UPDATE holds h SET until = h.until - v_back WHERE h.queue = p_queue AND h.until > v_seen;
  UPDATE lines l SET opens_at = NULL WHERE l.queue = p_queue AND l.opens_at > v_now AND l.opens_at < 'Infinity';
  UPDATE limits m SET held_until = CASE WHEN m.held_until > v_seen THEN m.held_until - v_back ELSE m.held_until END,
    opens_at = CASE WHEN m.opens_at < 'Infinity' THEN NULL ELSE m.opens_at END,
    gate_opens_at = CASE WHEN m.gate_opens_at < 'Infinity' THEN NULL ELSE m.gate_opens_at END
    WHERE m.queue = p_queue AND v_now < greatest(m.held_until, CASE WHEN m.opens_at < 'Infinity' THEN m.opens_at END, m.gate_opens_at);
  PERFORM wake(p_queue);
END $$;
`;
