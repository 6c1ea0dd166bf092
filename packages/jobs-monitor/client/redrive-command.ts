import { counted, countText } from '../src/text/number.ts';
import type { CommandOf } from '../src/view/command.ts';
import { pause } from './batches.ts';
import type { Desk } from './desk.ts';
import type { Values } from './dialog.ts';

type Redrive = CommandOf<'redrive'>;

interface Answer {
  readonly changed: number;
  readonly completed: number;
  readonly failed: number;
  readonly left: number;
  readonly stopped?: 'failures' | 'timeout' | 'aborted';
}

const STOPPED = {
  failures: 'Stopped: too many failed again. ',
  timeout: 'Stopped: the first have not ended yet. ',
  aborted: 'Stopped. ',
};

/** Puts the jobs of a cause back: counts the letters, asks, then works until none is left or it stops. */
export function redrive(desk: Desk, command: Redrive): Promise<void> {
  const { queue, id, name, search } = command;
  return desk.attempt(async () => {
    const body = { queue, id, search, dryRun: true };
    const { matched } = await desk.server.do<{ matched: number }>('redrive', body);
    if (matched === 0) return desk.done('There is nothing to redrive.');
    desk.app.open({
      kind: 'form',
      title: `Redrive ${counted(matched, 'letter')} of ${name}?`,
      text: `The jobs of ${counted(matched, 'letter')} in ${queue} go back to their queue, oldest first: a few first, the others if at most a fifth of those fail again. The first must end within 20 seconds.`,
      fields: [
        {
          name: 'canary',
          label: 'How many go first',
          kind: 'number',
          value: '5',
          required: true,
          min: 1,
        },
        {
          name: 'perMinute',
          label: 'Then at most this many a minute (empty: no limit)',
          kind: 'number',
          min: 1,
        },
      ],
      submit: 'Redrive',
      tone: 'main',
      onSubmit: (values) => void desk.attempt(() => run(desk, command, matched, values)),
    });
  });
}

async function run(
  desk: Desk,
  { queue, id, name, search }: Redrive,
  total: number,
  { canary = '5', perMinute = '' }: Values,
): Promise<void> {
  const stopping = new AbortController();
  let [done, failed, end] = [0, 0, ''];
  const show = (running: boolean): void =>
    desk.app.open({
      kind: 'progress',
      title: `Redrive ${counted(total, 'letter')} of ${name}`,
      done,
      total,
      text: `${end}${countText(done)} went back, ${countText(failed)} of them failed again.`,
      running,
      onStop: () => stopping.abort(),
    });
  const rate = perMinute === '' ? Number.POSITIVE_INFINITY : Number(perMinute);
  const pace = perMinute === '' ? {} : { perMinute: rate };
  let first = Number(canary);
  show(true);
  try {
    for (;;) {
      const began = performance.now();
      const answer = await desk.server.do<Answer>('redrive', {
        ...{ queue, id, search },
        canary: first,
        ...pace,
      });
      done += answer.changed;
      failed += answer.failed;
      if (answer.stopped !== 'aborted' || answer.left === 0 || stopping.signal.aborted) {
        if (answer.stopped !== undefined) end = STOPPED[answer.stopped];
        break;
      }
      show(true);
      // Each request begins with a few at once, so the next one waits until these fit the rate; not for those beyond
      // it that went first of all.
      const paced = answer.changed - Math.max(0, first - rate);
      first = Math.min(first, rate);
      const wait = (paced / rate) * 60_000 - (performance.now() - began);
      if (wait > 0) await pause(wait, stopping.signal);
      if (stopping.signal.aborted) {
        end = STOPPED.aborted;
        break;
      }
    }
  } catch (error) {
    end = `${(error as Error).message} `;
  }
  show(false);
}
