import { takeTurn } from '@philjs/jobs-core/internal';
import type { CatchUpSpec } from '../spec/schedule-spec.ts';
import type { Timetable } from '../ticks/timetable.ts';

/** A tick found later than this, in milliseconds, was missed: no scheduler was running, or none reached the store. */
export const LATE_MS = 10_000;
/** How many ticks are fired in one step at most. */
const BATCH = 100;
/** How many ticks skipped together get their own entry in the ledger; more share one entry. */
const NAMED = 20;
/** How many ticks are counted in a row before yielding to other work. */
const COUNTED = 200;

/** Selects the ticks to decide about. */
export interface DueQuery {
  readonly timetable: Timetable;
  /** The earliest tick that was neither fired nor skipped. */
  readonly from: number;
  readonly now: number;
  /** Ticks before this were missed: no scheduler was running. */
  readonly missedBefore: number;
  readonly catchUp: CatchUpSpec;
  /** Up to this time, an earlier step decided to catch up all ticks that are left. */
  readonly decidedUpTo: number | undefined;
  /** How many ticks are fired in one step. @default 100 */
  readonly most?: number;
}

/** Lists ticks that are skipped together. */
export interface SkippedTicks {
  readonly first: number;
  /** The last one, where there are too many to list. */
  readonly until?: number;
}

/** Holds the decision about the ticks that are due. */
export interface DueTicks {
  /** Those to fire, earliest first. */
  readonly fire: readonly {
    readonly tickAt: number;
    /** Whether it was missed, or with the policy `one` stands for others that were. */
    readonly missed: boolean;
  }[];
  /** Those to skip because they were missed, earliest first. */
  readonly skip: readonly SkippedTicks[];
  /** The latest tick this settles. */
  readonly last: number;
  /** The tick after that, which may be due too. */
  readonly next: number | undefined;
  /** Up to this time, all ticks that are left are caught up, when that takes more steps than this one. */
  readonly decidedUpTo?: number;
}

/**
 * Decides, by the catch-up policy, which of the ticks up to now are fired and which are skipped. Computes no
 * more ticks than the policy fires and the ledger lists.
 */
export async function dueTicks(query: DueQuery): Promise<DueTicks> {
  const { timetable, from, now, missedBefore } = query;
  // A tick of a rare pattern may take long to find: the search follows at once if it is the turn of this one.
  const turn = takeTurn();
  if (turn !== undefined) await turn;
  if (from >= missedBefore) return settle(query, from, []);
  const lastMissed = timetable.latest(1, from, Math.min(missedBefore - 1, now)).at(-1) ?? from;
  const first = await firstToFire(query, lastMissed);
  if (first === undefined) return settle(query, undefined, skipped(timetable, from, lastMissed));
  const before = first > from ? timetable.latest(1, from, first - 1).at(-1) : undefined;
  return settle(query, first, before === undefined ? [] : skipped(timetable, from, before));
}

/** Finds the first missed tick to catch up; all later ones are caught up too. `undefined` when none is. */
async function firstToFire(query: DueQuery, lastMissed: number): Promise<number | undefined> {
  const { timetable, from, now, missedBefore, catchUp, decidedUpTo } = query;
  const { policy, windowMs, cap } = catchUp;
  if (decidedUpTo !== undefined && from <= decidedUpTo) return from;
  const earliest = now - (windowMs ?? Number.POSITIVE_INFINITY);
  if (policy === 'skip' || lastMissed < earliest) return undefined;
  const most = policy === 'one' ? 1 : cap;
  // Ticks that are only late run anyway, and count towards the number to catch up.
  let left = most - (missedBefore <= now ? timetable.latest(most, missedBefore, now).length : 0);
  if (left <= 0) return undefined;
  const start = Math.max(from, earliest);
  let first = lastMissed;
  for (left -= 1; left > 0 && first > start; ) {
    const counted = timetable.latest(Math.min(left, COUNTED), start, first - 1);
    if (counted[0] === undefined) break;
    first = counted[0];
    left -= counted.length;
    await takeTurn();
  }
  return first;
}

/** Lists the ticks to fire: of the missed ones those from `first` on, of the late ones all. */
function settle(
  { timetable, from, now, missedBefore, catchUp, most = BATCH }: DueQuery,
  first: number | undefined,
  skip: readonly SkippedTicks[],
): DueTicks {
  const fire: { tickAt: number; missed: boolean }[] = [];
  let last = first ?? timetable.latest(1, from, Math.min(missedBefore - 1, now)).at(-1) ?? from;
  let next = first ?? timetable.next(last);
  while (next !== undefined && next <= now && fire.length < most) {
    const stands = catchUp.policy === 'one' && from < missedBefore;
    fire.push({ tickAt: next, missed: stands || next < missedBefore });
    last = next;
    next = timetable.next(next);
  }
  const goesOn = next !== undefined && next < missedBefore && fire.length === most;
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
