import { JobsError } from '@philjs/jobs-core';
import { holdsMask } from '@philjs/jobs-core/redact';
import type { Action } from './action.ts';
import { MAX_EDIT, parsePayload } from './edit-job.ts';
import { hidingPayload } from './hiding-payload.ts';
import { enqueued } from './job-actions.ts';

/** Enqueues a job that this process knows, with a payload written as JSON. */
export const enqueue: Action = async ({ monitor, redactor }, fields) => {
  const queue = monitor.getQueue(fields.queue);
  const text = fields.text('payload', MAX_EDIT);
  refuseMask(text);
  const { name } = fields;
  const payload = text === undefined ? undefined : parsePayload(text);
  const options = {
    priority: fields.integer('priority'),
    delay: fields.integer('delay'),
    timeout: fields.integer('timeout'),
    tags: fields.texts('tags'),
    jobId: fields.text('id', 256),
  };
  return hidingPayload(redactor, { name, payload }, async () =>
    enqueued(await queue.enqueue(name, payload, options)),
  );
};

/** Refuses a payload copied from a page that masks it: the job would run with the mask. */
function refuseMask(text = ''): void {
  if (!holdsMask(text)) return;
  throw new JobsError(
    'JOBS_INVALID_ARGUMENT',
    'Expected `payload` to hold values, got a mask. Write the value in place of each `[redacted]`.',
    { details: { field: 'payload' } },
  );
}
