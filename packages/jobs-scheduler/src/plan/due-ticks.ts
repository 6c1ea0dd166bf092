import type { CatchUpSpec } from '../spec/schedule-spec.ts';
import type { Timetable } from '../ticks/timetable.ts';

/** How many ticks are fired in one step. */
const BATCH = 100;
/** How many skipped ticks are written to the ledger one by one; it keeps no more. */
const NOTED = 100;

/** Says which ticks are looked for. */
export interface DueQuery {
  readonly timetable: Timetable;
  /** The earliest tick that was neither fired nor skipped. */
  readonly from: number;
  readonly now: number;
  /** Ticks before this were missed: nobody was there to fire them. */
  readonly missedBefore: number;
  readonly catchUp: CatchUpSpec;
}

/** Says what to do with the ticks that are due. */
export interface DueTicks {
  /** Those to fire, earliest first. */
  readonly fire: readonly { readonly tickAt: number; readonly missed: boolean }[];
  /** Those to skip because they were missed, earliest first: the latest ones of them. */
  readonly skip: readonly number[];
  /** Earlier ones to skip, too many to name: the first and the last. */
  readonly skipBefore?: { readonly first: number; readonly last: number };
  /** The latest tick this settles. */
  readonly last: number;
  /** The tick after that, which may be due too. */
  readonly next: number | undefined;
}

/** Decides, by the catch-up policy, which of the ticks up to now are fired and which skipped. */
export function dueTicks({ timetable, from, now, missedBefore, catchUp }: DueQuery): DueTicks {
  const next = timetable.next(from);
  const isOnlyOne = next === undefined || next > now;
  const listed = isOnlyOne ? [from] : timetable.latest(catchUp.cap + NOTED, from, now);
  const missed = listed.filter((tick) => tick < missedBefore);
  const caughtUp = new Set(choose(missed, catchUp, now));
  const fire = listed
    .filter((tick) => tick >= missedBefore || caughtUp.has(tick))
    .map((tickAt) => ({ tickAt, missed: caughtUp.has(tickAt) }));
  const last = fire.length > BATCH ? fire[BATCH - 1]?.tickAt : listed.at(-1);
  const skip = missed.filter((tick) => !caughtUp.has(tick) && tick <= (last ?? now));
  const skipBefore = unlisted(timetable, from, listed[0]);
  return {
    fire: fire.slice(0, BATCH),
    skip: skip.slice(-NOTED),
    last: last ?? now,
    next: isOnlyOne ? next : timetable.next(last ?? now),
    ...(skipBefore !== undefined && { skipBefore }),
  };
}

function choose(
  missed: readonly number[],
  { policy, windowMs, cap }: CatchUpSpec,
  now: number,
): readonly number[] {
  if (policy === 'skip') return [];
  const earliest = now - (windowMs ?? Number.POSITIVE_INFINITY);
  return missed.slice(policy === 'one' ? -1 : -cap).filter((tick) => tick >= earliest);
}

/** Finds the first and the last of the ticks before those that were listed. */
function unlisted(
  timetable: Timetable,
  from: number,
  firstListed: number | undefined,
): DueTicks['skipBefore'] {
  if (firstListed === undefined || firstListed <= from) return undefined;
  const last = timetable.latest(1, from, firstListed - 1).at(-1);
  return last === undefined ? undefined : { first: from, last };
}
