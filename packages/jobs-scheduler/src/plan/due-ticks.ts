import type { CatchUpSpec } from '../spec/schedule-spec.ts';
import type { Timetable } from '../ticks/timetable.ts';

/** A tick found later than this was missed: nobody was there, or could reach the store. */
export const LATE_MS = 10_000;
/** How many ticks are fired in one step. */
const BATCH = 100;
/** How many ticks that are skipped together have an entry of their own in the ledger; more share one. */
const NAMED = 20;
/** How many ticks are counted in a row before other work has its turn. */
const COUNTED = 200;

/** Says which ticks are looked for. */
export interface DueQuery {
  readonly timetable: Timetable;
  /** The earliest tick that was neither fired nor skipped. */
  readonly from: number;
  readonly now: number;
  /** Ticks before this were missed: nobody was there to fire them. */
  readonly missedBefore: number;
  readonly catchUp: CatchUpSpec;
  /** Up to where an earlier step decided what is caught up: all that is left of it. */
  readonly decidedUpTo: number | undefined;
  /** Lets other work have its turn. */
  readonly breathe: () => Promise<void>;
}

/** Names ticks that are skipped together. */
export interface SkippedTicks {
  readonly first: number;
  /** The last one, where they are too many to be named one by one. */
  readonly until?: number;
}

/** Says what to do with the ticks that are due. */
export interface DueTicks {
  /** Those to fire, earliest first. */
  readonly fire: readonly {
    readonly tickAt: number;
    /** Whether it was missed, or stands for others that were. */
    readonly missed: boolean;
  }[];
  /** Those to skip because they were missed, earliest first. */
  readonly skip: readonly SkippedTicks[];
  /** The latest tick this settles. */
  readonly last: number;
  /** The tick after that, which may be due too. */
  readonly next: number | undefined;
  /** Up to where it is decided what is caught up, when that takes more steps than this. */
  readonly decidedUpTo?: number;
}

/**
 * Decides, by the catch-up policy, which of the ticks up to now are fired and which skipped. Works out no
 * more ticks than the policy fires and the ledger names.
 */
export async function dueTicks(query: DueQuery): Promise<DueTicks> {
  const { timetable, from, now, missedBefore } = query;
  if (from >= missedBefore) return settle(query, from, []);
  const lastMissed = timetable.latest(1, from, Math.min(missedBefore - 1, now)).at(-1) ?? from;
  const first = await firstToFire(query, lastMissed);
  if (first === undefined) return settle(query, undefined, skipped(timetable, from, lastMissed));
  const before = first > from ? timetable.latest(1, from, first - 1).at(-1) : undefined;
  return settle(query, first, before === undefined ? [] : skipped(timetable, from, before));
}

/** Finds from which of the missed ticks on all are caught up; `undefined` when none is. */
async function firstToFire(query: DueQuery, lastMissed: number): Promise<number | undefined> {
  const { timetable, from, now, missedBefore, catchUp, decidedUpTo } = query;
  const { policy, windowMs, cap } = catchUp;
  if (decidedUpTo !== undefined && from <= decidedUpTo) return from;
  const earliest = now - (windowMs ?? Number.POSITIVE_INFINITY);
  if (policy === 'skip' || lastMissed < earliest) return undefined;
  const most = policy === 'one' ? 1 : cap;
  // Ticks that are merely late run anyway, and stand for some of those before them.
  let left = most - (missedBefore <= now ? timetable.latest(most, missedBefore, now).length : 0);
  if (left <= 0) return undefined;
  const start = Math.max(from, earliest);
  let first = lastMissed;
  for (left -= 1; left > 0 && first > start; ) {
    const counted = timetable.latest(Math.min(left, COUNTED), start, first - 1);
    if (counted[0] === undefined) break;
    first = counted[0];
    left -= counted.length;
    await query.breathe();
  }
  return first;
}

/** Lists what is fired from a tick on: of the missed ones those from `first`, of the late ones all. */
function settle(
  { timetable, from, now, missedBefore }: DueQuery,
  first: number | undefined,
  skip: readonly SkippedTicks[],
): DueTicks {
  const fire: { tickAt: number; missed: boolean }[] = [];
  let last = first ?? timetable.latest(1, from, Math.min(missedBefore - 1, now)).at(-1) ?? from;
  let next = first ?? timetable.next(last);
  while (next !== undefined && next <= now && fire.length < BATCH) {
    fire.push({ tickAt: next, missed: from < missedBefore });
    last = next;
    next = timetable.next(next);
  }
  const goesOn = next !== undefined && next < missedBefore && fire.length === BATCH;
  return { fire, skip, last, next, ...(goesOn && { decidedUpTo: missedBefore - 1 }) };
}

/** Names the ticks from one to another. */
export function skipped(timetable: Timetable, first: number, last: number): SkippedTicks[] {
  const named: SkippedTicks[] = [];
  for (let tick: number | undefined = first; tick !== undefined && tick <= last; ) {
    named.push({ first: tick });
    if (named.length > NAMED) return [{ first, until: last }];
    tick = timetable.next(tick);
  }
  return named;
}
