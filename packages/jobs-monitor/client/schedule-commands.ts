import { counted } from '../src/text/number.ts';
import type { CommandOf } from '../src/view/command.ts';
import type { Desk } from './desk.ts';
import type { Field } from './dialog.ts';

const DAY_MS = 86_400_000;

/** Fires a schedule now. */
export function triggerSchedule(desk: Desk, { queue, id }: CommandOf<'trigger'>): Promise<void> {
  return desk.attempt(async () => {
    await desk.server.do('trigger', { queue, id });
    desk.done(`${id} was run.`);
  });
}

/** Ends the pause of a schedule. */
export function resumeSchedule(
  desk: Desk,
  { queue, id }: CommandOf<'resume-schedule'>,
): Promise<void> {
  return desk.attempt(async () => {
    await desk.server.do('resume-schedule', { queue, id });
    desk.done(`${id} fires again.`);
  });
}

/** Pauses a schedule, after asking why. */
export function pauseSchedule(desk: Desk, { queue, id }: CommandOf<'pause-schedule'>): void {
  const form = {
    title: `Pause ${id}?`,
    fields: [{ name: 'note', label: 'Why', kind: 'text' as const }],
    submit: 'Pause',
    tone: 'main' as const,
  };
  desk.ask(form, async ({ note = '' }) => {
    await desk.server.do('pause-schedule', { queue, id, ...(note !== '' && { note }) });
    desk.done(`${id} is paused.`);
  });
}

/** Enqueues the jobs of past ticks, after asking which. */
export function backfill(desk: Desk, { queue, id }: CommandOf<'backfill'>): void {
  const now = Date.now();
  const form = {
    title: `Backfill ${id}`,
    text: 'Enqueues the jobs of past ticks that have not run. Doing it twice enqueues nothing twice.',
    fields: [timeField('from', 'From', now - DAY_MS), timeField('to', 'To', now)],
    submit: 'Backfill',
    tone: 'main' as const,
  };
  desk.ask(form, async ({ from = '', to = '' }) => {
    const span = { from: new Date(from).getTime(), to: new Date(to).getTime() };
    const { changed } = await desk.server.do('backfill', { queue, id, ...span });
    desk.done(`${counted(changed, 'job')} enqueued.`);
  });
}

/** Removes a schedule, after asking. */
export function removeSchedule(desk: Desk, { queue, id }: CommandOf<'remove-schedule'>): void {
  const form = {
    title: `Remove the schedule ${id}?`,
    text: `It never fires again, and its history in ${queue} is lost; this cannot be undone. Jobs it enqueued stay. A process that declares it again brings it back.`,
    submit: 'Remove',
    tone: 'danger' as const,
  };
  desk.ask(form, async () => {
    await desk.server.do('remove-schedule', { queue, id });
    desk.done(`${id} was removed.`);
  });
}

function timeField(name: string, label: string, at: number): Field {
  return { name, label, kind: 'datetime-local', value: localTime(at), required: true };
}

/** Writes a time for the browser's date and time field, in the zone of the browser. */
function localTime(at: number): string {
  const zone = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - zone).toISOString().slice(0, 16);
}
