import type { StepEntry } from '@philjs/jobs-core/backend';
import type { QueueChange } from '../state/queue-change.ts';

/** Stores what the steps of a new job have left already, beside the job, which is stored; `id` is the stored one. */
export function bringSteps(
  { file, queue }: QueueChange,
  id: string,
  steps: readonly StepEntry[],
): void {
  const sql = `INSERT INTO philjs_jobs_steps (job, key, text) SELECT key, ?, ? FROM philjs_jobs_jobs
    WHERE queue = ? AND id = ? ON CONFLICT DO UPDATE SET text = excluded.text`;
  for (const { key, text } of steps) file.run(sql, key, text, queue, id);
}
