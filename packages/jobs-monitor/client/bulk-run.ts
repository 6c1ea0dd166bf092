import { counted, countText } from '../src/text/number.ts';
import type { CommandOf } from '../src/view/command.ts';
import { batches, type Tally } from './batches.ts';
import type { Desk } from './desk.ts';
import type { Field, Values } from './dialog.ts';
import { mistypedCount, typedCount } from './typed-count.ts';

/** Names the actions on all jobs that match. */
export type BulkName =
  | 'retry-matching'
  | 'remove-matching'
  | 'cancel-matching'
  | 'promote-matching'
  | 'acknowledge-matching';
/** Requests one of these actions. */
export type BulkCommand = CommandOf<BulkName>;

/** How many more jobs than the user counted may be removed or cancelled: those that have come since the count. */
const COME_SINCE = 0.1;
/** From this many jobs on, the user types their number before they are removed. */
const TYPED = 2;

interface Words {
  readonly verb: string;
  readonly done: string;
  readonly tone: 'main' | 'danger';
  /** The effect on the jobs, in words. */
  readonly loss: string;
}

const WORDS: { readonly [name in BulkName]: Words } = {
  'retry-matching': {
    verb: 'Retry',
    done: 'retried',
    tone: 'main',
    loss: 'They run again with all their attempts; their errors are forgotten.',
  },
  'remove-matching': {
    verb: 'Remove',
    done: 'removed',
    tone: 'danger',
    loss: 'Payloads, results and logs are lost. It cannot be undone: the store keeps nothing of them.',
  },
  'cancel-matching': {
    verb: 'Cancel',
    done: 'cancelled',
    tone: 'danger',
    loss: 'What waits never starts; what runs is asked to stop. A cancelled job can be retried by its id.',
  },
  'promote-matching': {
    verb: 'Run now',
    done: 'made ready',
    tone: 'main',
    loss: 'They no longer wait for their time.',
  },
  'acknowledge-matching': {
    verb: 'Acknowledge',
    done: 'acknowledged',
    tone: 'main',
    loss: 'They stay failed; the health no longer counts them, until they fail again.',
  },
};

/**
 * Runs an action on all jobs that match: counts them, asks the user to confirm, then works batch by
 * batch and shows the progress until the run is done or stopped.
 */
export function bulkRun(desk: Desk, command: BulkCommand): Promise<void> {
  const words = WORDS[command.do];
  return desk.attempt(async () => {
    const found = await count(desk, command);
    if (found === undefined) return;
    if (found === 0) {
      desk.app.close();
      desk.done(`There is nothing to ${words.verb.toLowerCase()}.`);
      return;
    }
    ask(desk, command, found);
  });
}

function ask(
  desk: Desk,
  command: BulkCommand,
  found: number,
  error?: string,
  given: Values = {},
): void {
  const { verb, tone, loss } = WORDS[command.do];
  const { queues, search, about } = command;
  const where = queues.length === 1 ? `of ${queues[0]}` : `of ${queues.join(', ')}`;
  const which = about !== undefined || search.trim() === '' ? '' : ` that match ${search}`;
  desk.app.open({
    kind: 'form',
    title: `${verb} ${counted(found, 'job')}?`,
    text: `${counted(found, 'job')} ${where}${which}. ${loss} It is done in batches, and can be stopped.`,
    ...(about !== undefined && { list: about }),
    fields: fieldsOf(command.do, found, given),
    submit: verb,
    tone,
    ...(error !== undefined && { error }),
    onSubmit: (values) => {
      const mistake = asksCount(command.do, found) ? mistypedCount(values, found) : undefined;
      if (mistake !== undefined) ask(desk, command, found, mistake);
      else void desk.attempt(() => go(desk, command, found, values));
    },
  });
}

/** Changes the jobs, unless many more match by now than the user agreed to lose: then it asks again. */
async function go(desk: Desk, command: BulkCommand, found: number, values: Values): Promise<void> {
  if (WORDS[command.do].tone === 'danger') {
    const now = await count(desk, command);
    if (now === undefined) return;
    if (now > found * (1 + COME_SINCE)) {
      ask(
        desk,
        command,
        now,
        `${counted(now, 'job')} match by now, not ${countText(found)}.`,
        values,
      );
      return;
    }
  }
  await change(desk, command, found, values);
}

function fieldsOf(action: BulkName, found: number, { reason = '' }: Values): readonly Field[] {
  if (asksCount(action, found)) return [typedCount(found)];
  if (action === 'cancel-matching')
    return [{ name: 'reason', label: 'Reason', kind: 'text', value: reason }];
  if (action !== 'retry-matching') return [];
  const label = 'At most this many a minute (empty: as fast as it goes)';
  return [{ name: 'perMinute', label, kind: 'number', min: 1 }];
}

function asksCount(action: BulkName, found: number): boolean {
  return action === 'remove-matching' && found >= TYPED;
}

/** Counts the matching jobs, in a dialog that can stop the count; returns `undefined` when stopped. */
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
  const options = { dryRun: true, signal: stopping.signal, show };
  try {
    const { count: matched } = await batches(desk, command, options);
    return stopping.signal.aborted ? undefined : matched;
  } catch (error) {
    if (!stopping.signal.aborted) desk.app.close();
    throw error;
  }
}

/** Changes the matching jobs batch by batch; reports the jobs changed, also after a failure or a stop. */
async function change(
  desk: Desk,
  command: BulkCommand,
  total: number,
  { perMinute = '', reason = '' }: Values,
): Promise<void> {
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
  let end = '';
  const note = (tally: Tally): void => {
    changed = tally.count;
    show(changed, `${countText(changed)} ${done}`, true);
  };
  try {
    const rate = Number(perMinute);
    const tally = await batches(desk, command, {
      dryRun: false,
      signal: stopping.signal,
      show: note,
      fields: reason === '' ? {} : { reason },
      ...(rate > 0 && { perMinute: rate }),
    });
    if (tally.again > 0) end = `${counted(tally.again, 'job')} failed again. `;
    if (tally.stopped) end += 'It stopped by itself. ';
    else if (stopping.signal.aborted) end += 'Stopped. ';
  } catch (error) {
    end = `${(error as Error).message} `;
  }
  show(changed, `${end}${countText(changed)} ${done}.`, false);
}
