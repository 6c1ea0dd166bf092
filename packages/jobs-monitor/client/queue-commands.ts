import type { CommandOf } from '../src/view/command.ts';
import type { Desk } from './desk.ts';

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
export function resumeQueue(desk: Desk, { queue }: CommandOf<'resume'>): void {
  void desk.attempt(async () => {
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
export function resumeJobs(desk: Desk, { queue, name }: CommandOf<'resume-jobs'>): void {
  void desk.attempt(async () => {
    await desk.server.do('resume-jobs', { queue, name });
    desk.done(`Jobs ${name} go on.`);
  });
}
