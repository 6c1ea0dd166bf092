import type { JobStatus } from '@philjs/jobs-core';
import type { JobData } from '../src/pages/job/job-data.ts';
import { counted } from '../src/text/number.ts';
import type { CommandOf } from '../src/view/command.ts';
import { linkTo } from '../src/view/view-context.ts';
import type { Desk } from './desk.ts';
import type { FormDialog, Values } from './dialog.ts';
import { type Changed, doneText } from './done-text.ts';
import { keepSelection } from './kept-selection.ts';
import type { ServerError } from './server.ts';
import { type Enqueued, tellEnqueued } from './tell-enqueued.ts';
import { readZoned, zonedField } from './zoned-field.ts';

type JobsCommand = CommandOf<'retry' | 'promote' | 'cancel' | 'remove'>;
type Form = Omit<FormDialog, 'kind' | 'onSubmit'>;

/** The message the page shows after each command. */
const DONE: { readonly [name in JobsCommand['do']]: string } = {
  retry: 'put back to run again',
  promote: 'made ready',
  cancel: 'cancelled',
  remove: 'removed',
};

/** The states whose jobs a command leaves alone, in words: those it may change are listed before. */
const UNFIT: {
  readonly [name in JobsCommand['do']]: {
    readonly fit: readonly JobStatus[];
    readonly else: string;
  };
} = {
  retry: { fit: ['failed', 'cancelled'], else: 'neither failed nor cancelled' },
  promote: { fit: ['delayed'], else: 'not delayed' },
  cancel: { fit: ['blocked', 'delayed', 'waiting', 'active'], else: 'ended already' },
  remove: {
    fit: ['blocked', 'delayed', 'waiting', 'completed', 'failed', 'cancelled'],
    else: 'active',
  },
};

/** Changes jobs; asks first where the change cannot be undone. */
export async function changeJobs(desk: Desk, command: JobsCommand): Promise<void> {
  const form = formOf(command);
  if (form === undefined) await desk.attempt(() => send(desk, command, {}));
  else desk.ask(form, (values) => send(desk, command, values));
}

/** Enqueues a copy of a job. */
export function duplicateJob(desk: Desk, { queue, ids }: CommandOf<'duplicate'>): Promise<void> {
  return desk.attempt(async () => {
    tellEnqueued(desk, queue, await desk.server.do<Enqueued>('duplicate', { queue, ids }));
  });
}

/** Runs a completed job again. */
export function rerunJob(desk: Desk, { queue, ids }: CommandOf<'rerun'>): Promise<void> {
  return desk.attempt(async () => {
    tellEnqueued(desk, queue, await desk.server.do<Enqueued>('rerun', { queue, ids }));
  });
}

/** Lets the user change a waiting job. Fields left empty or unchanged keep their value. */
export function updateJob(desk: Desk, { queue, id }: CommandOf<'update'>): Promise<void> {
  return desk.attempt(async () => {
    const value = await desk.server.payload(queue, id);
    const { timeZone } = desk.app;
    const form: Form = {
      title: 'Change this job',
      text: 'The job must still be waiting. What is masked is put back where its mask stands; what is left empty stays.',
      fields: [
        { name: 'payload', label: 'Payload', kind: 'textarea', value, required: true },
        { name: 'priority', label: 'Priority (higher runs first)', kind: 'number' },
        zonedField('runAt', 'Run at', timeZone),
      ],
      submit: 'Change',
      tone: 'main',
    };
    desk.ask(form, async ({ payload = '', priority = '', runAt = '' }) => {
      await desk.server.do('update', {
        queue,
        id,
        ...(payload !== value && { payload }),
        ...(priority !== '' && { priority: Number(priority) }),
        ...(runAt !== '' && { runAt: readZoned(runAt, timeZone) }),
      });
      desk.done('The job was changed.');
    });
  });
}

/** Lets the user edit a job's payload, and enqueues a job with the result. */
export function editJob(desk: Desk, { queue, id }: CommandOf<'edit'>): Promise<void> {
  return desk.attempt(async () => {
    const value = await desk.server.payload(queue, id);
    const form: Form = {
      title: 'Run again with edits',
      text: 'A new job is enqueued; this one stays as it is. What is masked is put back where its mask stands.',
      fields: [{ name: 'payload', label: 'Payload', kind: 'textarea', value, required: true }],
      submit: 'Enqueue',
      tone: 'main',
    };
    desk.ask(form, async ({ payload = '' }) => {
      tellEnqueued(desk, queue, await desk.server.do<Enqueued>('edit', { queue, id, payload }));
    });
  });
}

/** Shows a job unmasked, as it is stored. */
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

function formOf({ do: action, ...jobs }: JobsCommand): Form | undefined {
  const count = countOf(jobs);
  const all = [jobs, ...(jobs.also ?? [])];
  const queues = [...new Set(all.map(({ queue }) => queue))].join(', ');
  const what = count === 1 ? 'this job' : `${counted(count, 'job')} of ${queues}`;
  if (action === 'remove') {
    return {
      title: `Remove ${what}?`,
      text: 'Payload, result and log are lost. It cannot be undone: the store keeps nothing of them.',
      submit: 'Remove',
      tone: 'danger',
    };
  }
  if (action !== 'cancel') return undefined;
  return {
    title: `Cancel ${what}?`,
    text: 'What waits never starts; what runs is asked to stop.',
    fields: [
      { name: 'reason', label: 'Reason', kind: 'text' },
      { name: 'force', label: 'Do not wait for the handler to stop', kind: 'checkbox' },
    ],
    submit: 'Cancel it',
    tone: 'danger',
  };
}

async function send(desk: Desk, command: JobsCommand, values: Values): Promise<void> {
  const { do: action, queue } = command;
  const { reason = '', force } = values;
  const options = { ...(reason !== '' && { reason }), ...(force === 'yes' && { force: true }) };
  const { troubles, ...changed } = await inEachQueue(command, (body) =>
    desk.server.do(action, { ...body, ...options }),
  );
  if (troubles.length > 0) {
    throw new Error(`${doneText(changed, DONE[action])}. ${troubles.join(' ')}`);
  }
  const { app } = desk;
  app.selected = new Map();
  keepSelection(app.selected);
  desk.done(`${doneText(changed, DONE[action])}${leftOf(command, changed.changed)}.`);
  // A job that was removed has no page any more.
  if (action === 'remove' && app.state.page === 'job') {
    location.assign(linkTo(app.boot.root, 'jobs', { queue }) ?? app.boot.root);
  }
}

/** Says how many jobs were left, and why: they were in a state that does not fit, or have left the one they were shown in. */
function leftOf(command: JobsCommand, changed: number): string {
  const { fit, else: why } = UNFIT[command.do];
  const isUnfit = ({ status }: { readonly status?: JobStatus }): boolean =>
    status !== undefined && !fit.includes(status);
  const unfit = [command, ...(command.also ?? [])]
    .filter(isUnfit)
    .reduce((sum, { ids }) => sum + ids.length, 0);
  const gone = countOf(command) - changed - unfit;
  return [
    ...(unfit > 0 ? [`, ${unfit} left: ${why}`] : []),
    ...(gone > 0 ? [`, ${gone} left: in another state by now`] : []),
  ].join('');
}

/** Asks each queue, for each state, whatever the others answer: one that is away, or whose only job cannot be changed, stops none. */
async function inEachQueue(
  { queue, ids, status, also = [] }: JobsCommand,
  ask: (body: object) => Promise<Changed>,
): Promise<Changed & { readonly troubles: readonly string[] }> {
  const body = { queue, ids, ...(status !== undefined && { status }) };
  if (also.length === 0) return { ...(await ask(body)), troubles: [] };
  let [changed, requested] = [0, 0];
  const troubles: string[] = [];
  for (const each of [body, ...also]) {
    try {
      const answer = await ask(each);
      changed += answer.changed;
      requested += answer.requested ?? 0;
    } catch (error) {
      const { status: code, message } = error as ServerError;
      // A single job that is gone or in another state is one that is left.
      if (code !== 404 && code !== 409) troubles.push(`${each.queue}: ${message}`);
    }
  }
  return { changed, requested, troubles };
}

function countOf({ ids, also = [] }: Pick<JobsCommand, 'ids' | 'also'>): number {
  return also.reduce((sum, one) => sum + one.ids.length, ids.length);
}
