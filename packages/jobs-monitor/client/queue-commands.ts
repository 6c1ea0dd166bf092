import { counted } from '../src/text/number.ts';
import type { CommandOf } from '../src/view/command.ts';
import type { Desk } from './desk.ts';
import { mistypedCount, typedCount } from './typed-count.ts';

/** Pauses a queue on every process, after asking. */
export function pauseQueue(desk: Desk, { queue }: CommandOf<'pause'>): void {
  const form = {
    title: `Pause ${queue}?`,
    text: 'No process starts another of its jobs until it is resumed. What runs goes on.',
    submit: 'Pause',
    tone: 'main' as const,
  };
  desk.ask(form, async () => {
    await desk.server.do('pause', { queue });
    desk.done(`${queue} is paused.`);
  });
}

/** Resumes a paused queue. */
export function resumeQueue(desk: Desk, { queue }: CommandOf<'resume'>): Promise<void> {
  return desk.attempt(async () => {
    await desk.server.do('resume', { queue });
    desk.done(`${queue} goes on.`);
  });
}

/** Pauses the jobs of one name on every process, after asking. */
export function pauseJobs(desk: Desk, { queue, name }: CommandOf<'pause-jobs'>): void {
  const form = {
    title: `Pause ${name} in ${queue}?`,
    text: 'No process starts another job of this name until they are resumed. Other jobs go on.',
    submit: 'Pause',
    tone: 'main' as const,
  };
  desk.ask(form, async () => {
    await desk.server.do('pause-jobs', { queue, name });
    desk.done(`Jobs ${name} are paused.`);
  });
}

/** Resumes the paused jobs of one name. */
export function resumeJobs(desk: Desk, { queue, name }: CommandOf<'resume-jobs'>): Promise<void> {
  return desk.attempt(async () => {
    await desk.server.do('resume-jobs', { queue, name });
    desk.done(`Jobs ${name} go on.`);
  });
}

/** Removes all jobs of a queue that do not run: counts them, then has the user type their number. */
export function clearQueue(desk: Desk, { queue }: CommandOf<'clear'>): Promise<void> {
  return desk.attempt(async () => {
    const { matched } = await desk.server.do<Counted>('clear', { queue, dryRun: true });
    if (matched === 0) return desk.done(`There is nothing to remove from ${queue}.`);
    const form = {
      title: `Empty ${queue}?`,
      text: `${counted(matched, 'job')} of ${queue}: all that do not run now, also those that wait and have never run. Payloads, results and logs are lost. It cannot be undone: the store keeps nothing of them.`,
      fields: [typedCount(matched)],
      submit: 'Empty the queue',
      tone: 'danger' as const,
    };
    desk.ask(form, async (values) => {
      const mistake = mistypedCount(values, matched);
      if (mistake !== undefined) throw new Error(mistake);
      const { changed } = await desk.server.do('clear', { queue, count: matched });
      desk.done(`${counted(changed, 'job')} removed from ${queue}.`);
    });
  });
}

interface Counted {
  readonly matched: number;
}
