import type { WorkflowActionProgress } from '@philjs/jobs-core';
import type { Action } from './action.ts';

/** Cancels every job of a workflow that has not ended. */
export const cancelWorkflow: Action = async ({ monitor }, fields, progress) => {
  const workflow = monitor.getQueue(fields.queue).workflow(fields.id);
  const onProgress = ({ requested = 0 }: WorkflowActionProgress): void => {
    progress.requested = requested;
  };
  const options = { reason: fields.text('reason'), force: fields.flag('force'), onProgress };
  return { changed: await workflow.cancel(options) };
};

/** Retries the jobs of a workflow that failed or were cancelled; those that failed for them come back with them. */
export const retryWorkflow: Action = async ({ monitor }, fields) => ({
  changed: await monitor.getQueue(fields.queue).workflow(fields.id).retryFailed(),
});
