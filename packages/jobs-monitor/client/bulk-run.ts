import { counted, countText } from '../src/text/number.ts';
import type { CommandOf } from '../src/view/command.ts';
import type { Desk } from './desk.ts';

type BulkCommand = CommandOf<'retry-matching' | 'remove-matching'>;

/** What one batch answers. */
interface Batch {
  readonly scanned: number;
  readonly matched: number;
  readonly total: number;
  readonly cursor?: string;
}

/** How far a run is. */
interface Tally {
  /** How many jobs matched, or were changed. */
  readonly count: number;
  readonly scanned: number;
  readonly total: number;
}

const WORDS = {
  'retry-matching': { verb: 'Retry', done: 'retried', tone: 'main' },
  'remove-matching': { verb: 'Remove', done: 'removed', tone: 'danger' },
} as const;

/**
 * Does something to all jobs that match: counts them, asks, then goes on batch by batch, showing how
 * far it is, until it is done or stopped.
 */
export function bulkRun(desk: Desk, command: BulkCommand): void {
  const { verb, tone } = WORDS[command.do];
  void desk.attempt(async () => {
    const found = await count(desk, command);
    if (found === undefined) return;
    if (found === 0) {
      desk.app.close();
      desk.done(`There is nothing to ${verb.toLowerCase()}.`);
      return;
    }
    desk.app.open({
      kind: 'form',
      title: `${verb} ${counted(found, 'job')}?`,
      text: 'It is done in batches, and can be stopped.',
      submit: verb,
      tone,
      onSubmit: () => void desk.attempt(() => change(desk, command, found)),
    });
  });
}

/** Counts what matches, while that can be seen and stopped; `undefined` when it was. */
async function count(desk: Desk, command: BulkCommand): Promise<number | undefined> {
  const stopping = new AbortController();
  const show = ({ count: matched, scanned, total }: Tally): void =>
    desk.app.open({
      kind: 'progress',
      title: 'Counting',
      done: scanned,
      total,
      text: `${counted(matched, 'job')} so far`,
      running: true,
      onStop: () => {
        stopping.abort();
        desk.app.close();
      },
    });
  const { count: matched } = await batches(desk, command, true, stopping.signal, show);
  return stopping.signal.aborted ? undefined : matched;
}

/** Changes what matches, batch by batch; what was done when it ends is told, however it ends. */
async function change(desk: Desk, command: BulkCommand, total: number): Promise<void> {
  const { verb, done } = WORDS[command.do];
  const stopping = new AbortController();
  const show = (changed: number, text: string, running: boolean): void =>
    desk.app.open({
      kind: 'progress',
      title: `${verb} ${counted(total, 'job')}`,
      done: changed,
      total,
      text,
      running,
      onStop: () => stopping.abort(),
    });
  let changed = 0;
  const note = (tally: Tally): void => {
    changed = tally.count;
    show(changed, `${countText(changed)} ${done}`, true);
  };
  let end = '';
  try {
    await batches(desk, command, false, stopping.signal, note);
    if (stopping.signal.aborted) end = 'Stopped. ';
  } catch (error) {
    end = `${(error as Error).message} `;
  }
  show(changed, `${end}${countText(changed)} ${done}.`, false);
}

/** Goes from batch to batch until there are no more, or it is stopped. */
async function batches(
  { server }: Desk,
  { do: action, queue, search }: BulkCommand,
  dryRun: boolean,
  signal: AbortSignal,
  show: (tally: Tally) => void,
): Promise<Tally> {
  let tally: Tally = { count: 0, scanned: 0, total: 0 };
  let cursor: string | undefined;
  show(tally);
  do {
    const body = { queue, search, dryRun, ...(cursor !== undefined && { cursor }) };
    const batch = await server.do<Batch>(action, body);
    cursor = batch.cursor;
    tally = {
      count: tally.count + (dryRun ? batch.matched : batch.changed),
      scanned: tally.scanned + batch.scanned,
      total: batch.total,
    };
    if (!signal.aborted || !dryRun) show(tally);
  } while (cursor !== undefined && !signal.aborted);
  return tally;
}
