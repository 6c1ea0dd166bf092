import { constants } from 'node:os';
import {
  checkDuration,
  checkFlag,
  checkOptions,
  invalidArgument,
  MAX_TIMEOUT_MS,
} from '../check/argument.ts';
import type { IQueue } from '../queue/queue-interface.ts';

/** Says how {@link runUntilSignal} ends. */
export interface RunUntilSignalOptions {
  /** How long active jobs may go on after the signal, in milliseconds, before they are aborted and given back. @default 30_000 */
  readonly grace?: number | undefined;
  /** The signals that end it. @default ['SIGTERM', 'SIGINT'] */
  readonly signals?: readonly NodeJS.Signals[] | undefined;
  /**
   * Whether it also ends once operators have stopped the workers of all its queues (`askWorker`, the dashboard,
   * `philjs-jobs workers`): nothing is left to run. @default true
   */
  readonly endWhenStopped?: boolean | undefined;
  /** Ends the process after a second signal. @default process.exit */
  readonly exit?: ((code: number) => void) | undefined;
}

/** The exit code a shell reports for a process that a signal ended: 128 and the signal's number. */
const EXIT_CODES: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGTERM: 143,
};

type Stoppable = Pick<IQueue, 'process' | 'close' | 'logger' | 'name'>;

/**
 * Runs queues until the process gets a signal to end. The first signal drains: no new job starts, and active ones may
 * go on for `grace`. Then their signals abort, and jobs that are still not done go back to the queue without using an
 * attempt. A second signal ends the process immediately; its jobs keep their leases until these run out.
 *
 * Resolves with the signal once every queue is closed; with `undefined` if it ended because operators had stopped the
 * workers of all queues. It does not end the process: that happens by
 * itself when nothing else keeps it alive.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, and what `process()` throws
 * @example
 * const queue = createQueue({ jobs: [sendEmail], concurrency: 10 });
 * await runUntilSignal(queue, { grace: 25_000 });
 */
export async function runUntilSignal(
  queues: Stoppable | Iterable<Stoppable>,
  options: RunUntilSignalOptions = {},
): Promise<NodeJS.Signals | undefined> {
  checkOptions('runUntilSignal', options, ['grace', 'signals', 'exit', 'endWhenStopped']);
  const { grace = 30_000, signals = ['SIGTERM', 'SIGINT'], exit = process.exit } = options;
  const { endWhenStopped = true } = options;
  checkFlag('endWhenStopped', endWhenStopped);
  checkDuration('grace', grace, { min: 0, max: MAX_TIMEOUT_MS });
  checkSignals(signals);
  const all = checkQueues(queues);
  // Neither a queue in memory nor a listener keeps the process alive.
  const alive = setInterval(() => undefined, 2 ** 30);
  const heard = listen(signals, (signal) => {
    for (const { logger } of all) logger.warn(`${signal} again: ends without waiting for its jobs`);
    exit(EXIT_CODES[signal] ?? 1);
  });
  try {
    const { stopped, onEnded } = whenStopped(all);
    const starting = Promise.all(all.map((queue) => queue.process({ onEnded: onEnded(queue) })));
    await Promise.race([starting, heard.first]);
    const signal = await Promise.race(endWhenStopped ? [heard.first, stopped] : [heard.first]);
    if (signal === undefined) return undefined;
    for (const { logger, name } of all) {
      logger.info(`${signal}: queue \`${name}\` takes no new job and waits up to ${grace} ms`);
    }
    return signal;
  } finally {
    await Promise.all(all.map((queue) => queue.close({ timeout: grace })));
    heard.end();
    clearInterval(alive);
  }
}

/** Resolves once the workers of all queues have ended by the requests of operators. */
function whenStopped(all: readonly Stoppable[]): {
  readonly stopped: Promise<undefined>;
  onEnded(queue: Stoppable): () => void;
} {
  const running = new Set(all);
  let settle: ((nothing: undefined) => void) | undefined;
  const stopped = new Promise<undefined>((resolve) => {
    settle = resolve;
  });
  const onEnded = (queue: Stoppable) => (): void => {
    running.delete(queue);
    if (running.size === 0) settle?.(undefined);
  };
  return { stopped, onEnded };
}

function checkQueues(queues: unknown): readonly Stoppable[] {
  const { [Symbol.iterator]: several } = (queues ?? {}) as Partial<Iterable<Partial<Stoppable>>>;
  const all = (
    typeof several === 'function' ? [...(queues as Iterable<unknown>)] : [queues]
  ) as readonly Partial<Stoppable>[];
  const areQueues = all.every(
    (queue) => typeof queue?.process === 'function' && typeof queue.close === 'function',
  );
  if (all.length > 0 && areQueues) return all as readonly Stoppable[];
  throw invalidArgument('queues', 'a queue, or a list of one or more', queues);
}

/** Signals that no process can listen to. */
const DEAF: readonly string[] = ['SIGKILL', 'SIGSTOP'];

function checkSignals(given: unknown): void {
  const known = (signal: unknown): boolean =>
    typeof signal === 'string' &&
    Object.hasOwn(constants.signals, signal) &&
    !DEAF.includes(signal);
  if (Array.isArray(given) && given.length > 0 && given.every(known)) return;
  throw invalidArgument('signals', 'a list of signals that can be listened to', given);
}

/** Waits for the first signal, and calls back with each one after it. */
function listen(
  signals: readonly NodeJS.Signals[],
  onAgain: (signal: NodeJS.Signals) => void,
): { readonly first: Promise<NodeJS.Signals>; end(): void } {
  let settle: ((signal: NodeJS.Signals) => void) | undefined;
  const first = new Promise<NodeJS.Signals>((resolve) => {
    settle = resolve;
  });
  const onSignal = (signal: NodeJS.Signals): void => {
    const isFirst = settle !== undefined;
    settle?.(signal);
    settle = undefined;
    if (!isFirst) onAgain(signal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    first,
    end: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
