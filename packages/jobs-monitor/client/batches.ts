import type { BulkCommand } from './bulk-run.ts';
import type { Desk } from './desk.ts';

/** Describes the server's answer to one batch. */
interface Batch {
  readonly scanned: number;
  readonly matched: number;
  readonly total: number;
  readonly again?: number;
  readonly cursor?: string;
}

/** Counts the progress of a run. */
export interface Tally {
  /** How many jobs matched, or were changed. */
  readonly count: number;
  readonly scanned: number;
  readonly total: number;
  /** How many retried jobs have failed again. */
  readonly again: number;
  /** Whether the run stopped by itself. */
  readonly stopped: boolean;
}

interface BatchOptions {
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly show: (tally: Tally) => void;
  readonly fields?: object;
  /** The most jobs changed per minute. */
  readonly perMinute?: number;
}

/** The time between two batches of a slow run, in milliseconds. */
const STEP_MS = 3000;
/** A slow run stops when at least this many of its jobs, and the share below, have failed again. */
const FAILED_AGAIN = 3;
const SHARE = 0.2;

/** Runs batch after batch, queue after queue, until no job is left or the run is stopped. */
export async function batches(
  desk: Desk,
  command: BulkCommand,
  options: BatchOptions,
): Promise<Tally> {
  const run = options.perMinute === undefined ? inOneGo : slowly;
  let tally: Tally = { count: 0, scanned: 0, total: 0, again: 0, stopped: false };
  options.show(tally);
  for (const queue of command.queues) {
    if (options.signal.aborted || tally.stopped) break;
    tally = await run(desk, command, queue, options, tally);
  }
  return tally;
}

async function inOneGo(
  { server }: Desk,
  { do: action, search }: BulkCommand,
  queue: string,
  { dryRun, signal, show, fields = {} }: BatchOptions,
  before: Tally,
): Promise<Tally> {
  let tally = before;
  let cursor: string | undefined;
  do {
    const body = { queue, search, dryRun, ...fields, ...(cursor !== undefined && { cursor }) };
    const batch = await server.do<Batch>(action, body);
    cursor = batch.cursor;
    tally = {
      ...tally,
      count: tally.count + (dryRun ? batch.matched : batch.changed),
      scanned: tally.scanned + batch.scanned,
      total: before.total + batch.total,
    };
    if (!signal.aborted || !dryRun) show(tally);
  } while (cursor !== undefined && !signal.aborted);
  return tally;
}

/** Retries a few jobs at a time. Jobs that fail again stay failed; when too many do, the run stops. */
async function slowly(
  desk: Desk,
  command: BulkCommand,
  queue: string,
  options: BatchOptions,
  start: Tally,
): Promise<Tally> {
  const { signal, show, perMinute = 60 } = options;
  // The server's clock, since the times of jobs come from it.
  const step = new SlowStep(desk, command, queue, options, await desk.server.now());
  let tally = start;
  let allowed = 0;
  for (;;) {
    const done = tally.count - start.count;
    const again = done === 0 ? 0 : await step.failedAgain();
    const stopped = again >= FAILED_AGAIN && again >= SHARE * done;
    tally = { ...tally, again: start.again + again, stopped };
    show(tally);
    if (stopped || signal.aborted) return tally;
    allowed += (perMinute * STEP_MS) / 60_000;
    const most = Math.floor(allowed - done);
    if (most > 0) {
      const changed = await step.change(most, (more) =>
        show({ ...tally, count: tally.count + more }),
      );
      tally = { ...tally, count: tally.count + changed };
      if (changed === 0) return tally;
    }
    await pause(STEP_MS, signal);
    if (signal.aborted) return tally;
  }
}

/** Retries the jobs of one queue that failed before the run, in as many steps as the run takes. */
class SlowStep {
  readonly #ask: (fields: object) => Promise<Batch & { readonly changed: number }>;
  readonly #signal: AbortSignal;
  /** Where the jobs begin that no step has come to: before them are others, and those that failed again. */
  #from: string | undefined;
  /** How many of the jobs there could not be changed: they come first again. */
  #refused = 0;

  constructor(
    { server }: Desk,
    { do: action, search }: BulkCommand,
    queue: string,
    { signal, fields = {} }: BatchOptions,
    before: number,
  ) {
    this.#signal = signal;
    this.#ask = (more) => server.do(action, { queue, search, before, ...fields, ...more });
  }

  /** Counts the jobs that have failed again: they are the newest, so it stops where there are none. */
  async failedAgain(): Promise<number> {
    let again = 0;
    let cursor: string | undefined;
    do {
      const batch = await this.#ask({ dryRun: true, ...(cursor !== undefined && { cursor }) });
      again += batch.again ?? 0;
      cursor = batch.again === 0 ? undefined : batch.cursor;
    } while (cursor !== undefined && !this.#signal.aborted);
    return again;
  }

  /** Changes at most so many jobs; answers how many, which is 0 when none is left that can be changed. */
  async change(most: number, show: (changed: number) => void): Promise<number> {
    let changed = 0;
    while (changed < most && !this.#signal.aborted) {
      const limit = Math.min(most - changed + this.#refused, 500);
      const cursor = this.#from === undefined ? {} : { cursor: this.#from };
      const batch = await this.#ask({ dryRun: false, limit, ...cursor });
      changed += batch.changed;
      show(changed);
      const there = batch.matched - (batch.again ?? 0);
      const tried = Math.min(limit, there);
      this.#refused = tried - batch.changed;
      if (there > tried) continue;
      if (batch.cursor === undefined) break;
      this.#from = batch.cursor;
      this.#refused = 0;
    }
    return changed;
  }
}

/** Waits, no longer than until the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
