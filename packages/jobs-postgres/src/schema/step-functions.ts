import { PLANNED } from './plan.ts';

/** SQL functions of what steps leave. Each locks the job first. */
export const STEP_FUNCTIONS: string = `
CREATE OR REPLACE FUNCTION keep_step(p_queue int, p_id text, p_key text, p_text text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO steps AS s (queue, job, key, text) VALUES (p_queue, p_id, p_key, p_text)
    ON CONFLICT (queue, job, key) DO UPDATE SET text = p_text;
END $$;

-- Stores what the steps of a new job have left already: a list of pairs of key and text.
CREATE OR REPLACE FUNCTION bring_steps(p_queue int, p_id text, p_steps json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_steps IS NULL THEN RETURN; END IF;
  UPDATE jobs j SET stepped = true WHERE j.queue = p_queue AND j.id = p_id;
  PERFORM keep_step(p_queue, p_id, e.pair ->> 0, e.pair ->> 1) FROM json_array_elements(p_steps) AS e(pair);
END $$;

CREATE OR REPLACE FUNCTION write_step(p_queue int, p_id text, p_token float8, p_key text, p_text text)
RETURNS boolean LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_stepped boolean;
BEGIN
  SELECT j.stepped INTO v_stepped FROM jobs j
    WHERE j.queue = p_queue AND j.id = p_id AND j.status = 'active' AND j.fencing_token = p_token FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  IF NOT v_stepped THEN UPDATE jobs j SET stepped = true WHERE j.queue = p_queue AND j.id = p_id; END IF;
  PERFORM keep_step(p_queue, p_id, p_key, p_text);
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION signal_job(p_queue int, p_id text, p_key text, p_text text)
RETURNS text LANGUAGE plpgsql ${PLANNED} AS $$
DECLARE
  v_job record;
BEGIN
  SELECT j.status, j.snooze_reason INTO v_job FROM jobs j WHERE j.queue = p_queue AND j.id = p_id FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not-found'; END IF;
  IF v_job.status IN ('completed', 'failed', 'cancelled') THEN RETURN 'ended'; END IF;
  UPDATE jobs j SET stepped = true, signals = array_append(array_remove(j.signals, p_key), p_key)
    WHERE j.queue = p_queue AND j.id = p_id;
  PERFORM keep_step(p_queue, p_id, p_key, p_text);
  IF v_job.status = 'delayed' AND v_job.snooze_reason = 'signal' THEN
    PERFORM make_ready(p_queue, ARRAY[p_id], ARRAY['delayed']);
  END IF;
  RETURN 'stored';
END $$;

CREATE OR REPLACE FUNCTION clear_steps(p_queue int, p_id text) RETURNS boolean LANGUAGE plpgsql ${PLANNED} AS $$
BEGIN
  UPDATE jobs j SET signals = NULL WHERE j.queue = p_queue AND j.id = p_id
    AND j.status IN ('completed', 'failed', 'cancelled');
  IF NOT FOUND THEN RETURN false; END IF;
  DELETE FROM steps s WHERE s.queue = p_queue AND s.job = p_id;
  RETURN true;
END $$;
`;
