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
  { server }: Desk,
  { do: action, search }: BulkCommand,
  queue: string,
  { signal, show, fields = {}, perMinute = 60 }: BatchOptions,
  start: Tally,
): Promise<Tally> {
  // The server's clock, since the times of jobs come from it.
  const before = await server.now();
  const retried = start.count;
  let tally = start;
  let sent = 0;
  let allowed = 0;
  for (;;) {
    allowed += (perMinute * STEP_MS) / 60_000;
    const limit = Math.floor(allowed - sent);
    if (limit > 0) {
      const body = { queue, search, dryRun: false, limit: Math.min(limit, 500), before, ...fields };
      const batch = await server.do<Batch>(action, body);
      sent += limit;
      const again = batch.again ?? 0;
      const count = tally.count + batch.changed;
      const stopped = again >= FAILED_AGAIN && again >= SHARE * (count - retried);
      tally = { ...tally, count, again: start.again + again, stopped };
      show(tally);
      if (stopped || batch.matched === again) return tally;
    }
    await pause(STEP_MS, signal);
    if (signal.aborted) return tally;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
