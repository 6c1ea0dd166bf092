import type { JobData } from '../src/pages/job/job-data.ts';
import { counted } from '../src/text/number.ts';
import type { CommandOf } from '../src/view/command.ts';
import { linkTo } from '../src/view/view-context.ts';
import type { Desk } from './desk.ts';
import type { FormDialog, Values } from './dialog.ts';

type JobsCommand = CommandOf<'retry' | 'promote' | 'cancel' | 'remove'>;
type Form = Omit<FormDialog, 'kind' | 'onSubmit'>;

/** What the page says once something was done. */
const DONE: { readonly [name in JobsCommand['do']]: string } = {
  retry: 'put back to run again',
  promote: 'made ready',
  cancel: 'cancelled',
  remove: 'removed',
};

/** Changes jobs, after asking where it cannot be undone. */
export function changeJobs(desk: Desk, command: JobsCommand): void {
  const form = formOf(command);
  if (form === undefined) void desk.attempt(() => send(desk, command, {}));
  else desk.ask(form, (values) => send(desk, command, values));
}

/** Enqueues a job like another. */
export function duplicateJob(desk: Desk, { queue, ids }: CommandOf<'duplicate'>): void {
  void desk.attempt(async () => {
    const { id } = await desk.server.do<{ id: string }>('duplicate', { queue, ids });
    desk.done(`Enqueued as ${id}.`, linkTo(desk.app.boot.root, 'job', { queue, id }));
  });
}

/** Lets somebody change a job's payload, and enqueues a job with that. */
export function editJob(desk: Desk, { queue, id }: CommandOf<'edit'>): void {
  void desk.attempt(async () => {
    const value = await desk.server.payload(queue, id);
    const form: Form = {
      title: 'Run again with edits',
      text: 'A new job is enqueued; this one stays as it is. What is masked is put back where its mask stands.',
      fields: [{ name: 'payload', label: 'Payload', kind: 'textarea', value, required: true }],
      submit: 'Enqueue',
      tone: 'main',
    };
    desk.ask(form, async ({ payload = '' }) => {
      const { id: added } = await desk.server.do<{ id: string }>('edit', { queue, id, payload });
      desk.done(`Enqueued as ${added}.`, linkTo(desk.app.boot.root, 'job', { queue, id: added }));
    });
  });
}

/** Shows a job as it is stored. */
export function revealJob(desk: Desk, { queue, id }: CommandOf<'reveal'>): void {
  const form: Form = {
    title: 'Reveal what is masked?',
    text: 'The audit log notes who did.',
    submit: 'Reveal',
    tone: 'danger',
  };
  desk.ask(form, async () => {
    const { data } = await desk.server.do<{ data: JobData }>('reveal', { queue, id });
    // The next update would mask it again.
    desk.freeze();
    desk.app.show({ page: 'job', data, now: desk.app.state.now });
  });
}

function formOf({ do: action, ids }: JobsCommand): Form | undefined {
  const what = ids.length === 1 ? 'this job' : counted(ids.length, 'job');
  if (action === 'remove') {
    return {
      title: `Remove ${what}?`,
      text: ids.length === 1 ? 'It cannot be brought back.' : 'They cannot be brought back.',
      submit: 'Remove',
      tone: 'danger',
    };
  }
  if (action !== 'cancel') return undefined;
  return {
    title: `Cancel ${what}?`,
    text: 'What waits never starts; what runs is told to stop.',
    fields: [
      { name: 'reason', label: 'Reason', kind: 'text' },
      { name: 'force', label: 'Do not wait for the handler to stop', kind: 'checkbox' },
    ],
    submit: 'Cancel it',
    tone: 'danger',
  };
}

async function send(desk: Desk, command: JobsCommand, values: Values): Promise<void> {
  const { do: action, queue, ids } = command;
  const { reason = '', force } = values;
  const options = { ...(reason !== '' && { reason }), ...(force === 'yes' && { force: true }) };
  const { changed } = await desk.server.do(action, { queue, ids, ...options });
  const { app } = desk;
  app.selected = new Set();
  const left = ids.length - changed;
  desk.done(
    `${counted(changed, 'job')} ${DONE[action]}${left > 0 ? `, ${left} left: in another state by now` : ''}.`,
  );
  // A job that was removed has no page any more.
  if (action === 'remove' && app.state.page === 'job') {
    location.assign(linkTo(app.boot.root, 'jobs', { queue }) ?? app.boot.root);
  }
}
