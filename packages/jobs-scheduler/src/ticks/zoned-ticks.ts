import type { Timetable } from './timetable.ts';
import type { WallTicks } from './wall-ticks.ts';
import { segmentAt, type ZoneSegment } from './zone-offsets.ts';

/** How far off the next tick must be to skip segments, in milliseconds: more than any zone's offset from UTC. */
const JUMP_MS = 48 * 3_600_000;

/** Chooses what ticks do when the clocks change. */
export interface ClockChangeRules {
  /** A tick whose time does not exist comes when the clocks have changed; otherwise never. */
  readonly movesOutOfGaps: boolean;
  /** A tick whose time occurs twice comes the first time only. */
  readonly runsOnce: boolean;
}

/**
 * Ticks when the clocks of a time zone match a pattern. Goes from segment to segment: within a segment, the offset
 * between local time and UTC does not change.
 */
export class ZonedTicks implements Timetable {
  readonly #wall: WallTicks;
  readonly #zone: string;
  readonly #rules: ClockChangeRules;

  constructor(wall: WallTicks, zone: string, rules: ClockChangeRules) {
    this.#wall = wall;
    this.#zone = zone;
    this.#rules = rules;
  }

  /** Finds the first tick after a time. */
  next(at: number): number | undefined {
    let segment = segmentAt(this.#zone, at);
    for (;;) {
      if (segment.from > at && this.#hasTickInGap(segment)) return segment.from;
      const wall = this.#wall.next(
        Math.max(Math.max(at, segment.from - 1) + segment.offset, this.#firstWall(segment) - 1),
      );
      if (wall !== undefined && wall - segment.offset < segment.to) return wall - segment.offset;
      const following = segmentAt(this.#zone, segment.to);
      const isBack = following.offset < segment.offset;
      if (wall === undefined && !isBack) return undefined;
      const isFar = wall !== undefined && wall - segment.offset - segment.to > JUMP_MS && !isBack;
      segment = isFar ? segmentAt(this.#zone, wall - JUMP_MS / 2) : following;
    }
  }

  /** Returns whether it ticks at a time. */
  has(at: number): boolean {
    const segment = segmentAt(this.#zone, at);
    const wall = at + segment.offset;
    if (wall >= this.#firstWall(segment) && this.#wall.has(wall)) return true;
    return at === segment.from && this.#hasTickInGap(segment);
  }

  /** Finds the latest ticks of a time, earliest first. */
  latest(count: number, from: number, to: number): readonly number[] {
    const found: number[] = [];
    let end: number | undefined = Math.floor(to);
    while (end !== undefined && end >= from && found.length < count) {
      const segment = segmentAt(this.#zone, end);
      for (const tick of this.#latestIn(segment, count - found.length, from, end)) found.push(tick);
      const goesOn = found.length < count && segment.from > from;
      end = goesOn ? this.#endBefore(segment) : undefined;
    }
    return found.reverse();
  }

  /** Counts the ticks of a time, segment by segment. */
  count(from: number, to: number): number {
    let count = 0;
    for (let at = from; at <= to; ) {
      const segment = segmentAt(this.#zone, at);
      const { offset } = segment;
      const first = Math.max(this.#firstWall(segment), from + offset);
      const last = Math.min(to, segment.to - 1);
      count += this.#wall.count(first, last + offset);
      const isAtChange = segment.from >= from && this.#hasTickInGap(segment);
      if (isAtChange && this.#wall.count(segment.from + offset, segment.from + offset) === 0) {
        count += 1;
      }
      at = segment.to;
    }
    return count;
  }

  /** Finds the latest ticks of a segment, latest first. */
  #latestIn(segment: ZoneSegment, count: number, from: number, to: number): number[] {
    const { offset } = segment;
    const first = Math.max(this.#firstWall(segment), from + offset);
    const ticks = this.#wall.latest(count, first, to + offset).map((wall) => wall - offset);
    const isAtChange = segment.from >= from && this.#hasTickInGap(segment);
    if (isAtChange && ticks.length < count && ticks[0] !== segment.from)
      ticks.unshift(segment.from);
    return ticks.reverse();
  }

  /** Finds the time to search further back from: the end of the segment before, or a time where there is a tick. */
  #endBefore({ from }: ZoneSegment): number | undefined {
    const end = from - 1;
    const { offset, from: start } = segmentAt(this.#zone, end);
    const [earlier] = this.#wall.latest(1, Number.MIN_SAFE_INTEGER, end + offset);
    if (earlier === undefined) return undefined;
    const near = earlier - offset + JUMP_MS;
    return near < start ? near : end;
  }

  /** Returns the first local time that counts. With `runsOnce`, times that the clocks have shown before do not count. */
  #firstWall({ from, offset, before }: ZoneSegment): number {
    return from + (this.#rules.runsOnce ? Math.max(offset, before) : offset);
  }

  /** Returns whether a tick falls into the gap that the clocks skipped at the start of a segment. */
  #hasTickInGap({ from, offset, before }: ZoneSegment): boolean {
    if (!this.#rules.movesOutOfGaps || before >= offset) return false;
    const wall = this.#wall.next(from + before - 1);
    return wall !== undefined && wall < from + offset;
  }
}
