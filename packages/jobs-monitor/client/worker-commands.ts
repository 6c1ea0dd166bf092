import { counted } from '../src/text/number.ts';
import type { CommandOf } from '../src/view/command.ts';
import type { Desk } from './desk.ts';

/** Asks a worker to take no new jobs, after asking the user. */
export function quietWorker(
  desk: Desk,
  { queue, id, name, running }: CommandOf<'quiet-worker'>,
): void {
  const form = {
    title: `Let ${name} take no new jobs of ${queue}?`,
    text: `It ends once its ${counted(running, 'active job')} has ended. A process of philjs-jobs work ends when it has no other worker.`,
    submit: 'Take no new jobs',
    tone: 'main' as const,
  };
  desk.ask(form, async () => {
    await desk.server.do('quiet-worker', { queue, id });
    desk.done(`${name} is asked to take no new jobs. It learns that within 20 seconds.`);
  });
}

/** Asks a worker to stop, after asking the user. */
export function stopWorker(
  desk: Desk,
  { queue, id, name, running }: CommandOf<'stop-worker'>,
): void {
  const form = {
    title: `Stop ${name} on ${queue}?`,
    text: `It gives back what of its ${counted(running, 'active job')} still runs after 30 seconds; another worker runs it again. A process of philjs-jobs work ends when it has no other worker.`,
    submit: 'Stop the worker',
    tone: 'danger' as const,
  };
  desk.ask(form, async () => {
    await desk.server.do('stop-worker', { queue, id });
    desk.done(`${name} is asked to stop. It learns that within 20 seconds.`);
  });
}
