import { counted } from '../src/text/number.ts';
import type { CommandOf } from '../src/view/command.ts';
import type { Desk } from './desk.ts';
import { readZoned, zonedField } from './zoned-field.ts';

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
  const { timeZone } = desk.app;
  const form = {
    title: `Backfill ${id}`,
    text: 'Enqueues the jobs of past ticks that have not run. Doing it twice enqueues nothing twice.',
    fields: [
      zonedField('from', 'From', timeZone, { at: now - DAY_MS, required: true }),
      zonedField('to', 'To', timeZone, { at: now, required: true }),
    ],
    submit: 'Backfill',
    tone: 'main' as const,
  };
  desk.ask(form, async ({ from = '', to = '' }) => {
    const span = { from: readZoned(from, timeZone), to: readZoned(to, timeZone) };
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
