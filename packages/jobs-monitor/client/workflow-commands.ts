import { counted } from '../src/text/number.ts';
import type { CommandOf } from '../src/view/command.ts';
import type { Desk } from './desk.ts';
import { doneText } from './done-text.ts';

/** Cancels what has not ended of a workflow, after it has asked. */
export function cancelWorkflow(
  desk: Desk,
  { queue, id, jobs }: CommandOf<'cancel-workflow'>,
): void {
  const form = {
    title: `Cancel ${counted(jobs, 'job')} of this workflow?`,
    text: 'What waits never starts; what runs is asked to stop. What has ended stays as it is.',
    fields: [
      { name: 'reason', label: 'Reason', kind: 'text' },
      { name: 'force', label: 'Do not wait for the handlers to stop', kind: 'checkbox' },
    ],
    submit: 'Cancel them',
    tone: 'danger',
  } as const;
  desk.ask(form, async ({ reason = '', force }) => {
    const options = { ...(reason !== '' && { reason }), ...(force === 'yes' && { force: true }) };
    const done = await desk.server.do('cancel-workflow', { queue, id, ...options });
    desk.done(`${doneText(done, 'cancelled')}.`);
  });
}

/** Retries what failed of a workflow, after it has asked. */
export function retryWorkflow(desk: Desk, { queue, id, jobs }: CommandOf<'retry-workflow'>): void {
  const form = {
    title: `Retry ${counted(jobs, 'job')} of this workflow?`,
    text: 'Those that failed or were cancelled run again, and so do the jobs that failed for them.',
    submit: 'Retry',
    tone: 'main',
  } as const;
  desk.ask(form, async () => {
    const { changed } = await desk.server.do('retry-workflow', { queue, id });
    desk.done(`${counted(changed, 'job')} put back to run again.`);
  });
}
