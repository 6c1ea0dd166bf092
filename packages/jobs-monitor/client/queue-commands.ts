import type { CommandOf } from '../src/view/command.ts';
import type { Desk } from './desk.ts';

/** Pauses a queue, after asking: it concerns every process. */
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

/** Ends a pause. */
export function resumeQueue(desk: Desk, { queue }: CommandOf<'resume'>): void {
  void desk.attempt(async () => {
    await desk.server.do('resume', { queue });
    desk.done(`${queue} goes on.`);
  });
}
