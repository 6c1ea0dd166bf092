import type { Row } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { isBefore, type SharePlace, type Turn } from './fair-turns.ts';
import { canTell, MOST_MEMBERS, ShareGroup } from './share-group.ts';
import { endGroup, joinGroup, lastGroup, readGroup, saveGroup } from './share-groups.ts';
import { removeMany, type ShareName } from './share-jobs.ts';

/** A share that has a seat in a group, which its row does not tell yet. */
interface Seating {
  readonly share: ShareName;
  readonly group: ShareGroup;
  readonly seat: number;
}

/** Holds the groups whose members may be among the next to start, and those that take shares in. */
export class ClaimedGroups {
  readonly #change: QueueChange;
  readonly #limit: number;
  /** Those that were read, in the order of their next members. */
  #read: ShareGroup[] = [];
  /** Those that only take shares in. */
  readonly #others: ShareGroup[] = [];
  readonly #seatings: Seating[] = [];

  constructor(change: QueueChange, limit: number) {
    this.#change = change;
    this.#limit = limit;
    this.#readFirst();
  }

  /** The first jobs of the members that start next, unless other shares come before. */
  get heads(): number[] {
    const heads: number[] = [];
    this.#eachNext((group, index) => heads.push(group.headOf(index)));
    return heads;
  }

  /** The place of the last of these; none if there are not enough. */
  get placeOfLast(): SharePlace | undefined {
    let left = this.#limit;
    for (const group of this.#read) {
      const members = group.length - group.started;
      if (members >= left) return placeIn(group, group.started + left - 1);
      left -= members;
    }
    return undefined;
  }

  /** The group whose next member is the first one. */
  get first(): ShareGroup | undefined {
    return this.#read[0];
  }

  /** Returns the key of the next member of a group, of whose first job the row may be known. */
  keyOf(group: ShareGroup, job: Row | undefined): string {
    const seat = group.seatOf(group.started);
    const known = job === undefined ? group.keys[seat] : String(job['fair_key'] ?? '');
    const key = known ?? this.#readKey(group.headOf(group.started));
    group.keys[seat] = key;
    return key;
  }

  /** Ends the groups of which some jobs are the first ones. */
  end(jobs: readonly number[]): void {
    for (const group of this.#read) {
      const heads = Array.from({ length: group.length }, (_, index) => group.headOf(index));
      if (heads.some((head) => jobs.includes(head))) endGroup(this.#change, group);
    }
    this.#readFirst();
  }

  /** Ends the round of the first group if all its members have started: others may come before it then. */
  endRound(): void {
    const { first } = this;
    if (first === undefined || first.started < first.length) return;
    if (first.length === 0) this.#others.push(...this.#read.splice(0, 1));
    else {
      first.endRound();
      if (this.#read.length > 1)
        this.#read.sort((a, b) => (isBefore(nextIn(a), nextIn(b)) ? -1 : 1));
    }
  }

  /** Takes a share in that has started, if it can tell its next job and there is a place; returns whether it does. */
  take({ share, jobs, next, passed }: Turn): boolean {
    const job = jobs[next];
    if (job === undefined || !canTell(job)) return false;
    const { cls, base, since } = share;
    const group = this.#homeFor(cls, base, since);
    if (group === undefined) return false;
    removeMany(this.#change, share, job.turn, passed + next);
    const known = jobs.slice(next, next + 1);
    const member = { since, jobs: known.map((each) => each.key), last: job.turn };
    const seat = group.insert({ ...member, hasLearnt: false });
    this.#seatings.push({ share, group, seat });
    return true;
  }

  /** Stores the groups that have changed, and the shares that have joined. */
  save(): void {
    if (this.#read.length > 1 && this.#others.length === 0) this.#merge();
    for (const group of this.#all) if (group.isChanged) saveGroup(this.#change, group);
    for (const { share, group, seat } of this.#seatings)
      joinGroup(this.#change, share, group, seat);
  }

  /** Finds the group behind whose late members a share stands that has started; makes one where there is none. */
  #homeFor(cls: number, base: number, since: number): ShareGroup | undefined {
    if (this.#all.some((group) => isAmong(group, cls, base, since))) return undefined;
    let home: ShareGroup | undefined;
    for (const group of this.#all) {
      const isThere =
        group.cls === cls && group.length > 0 && group.isLast && group.lateBase === base;
      if (!isThere || group.sinceOf(0) > since) continue;
      if (home === undefined || group.sinceOf(0) > home.sinceOf(0)) home = group;
    }
    home ??= this.#lastOf(cls, base);
    if (home !== undefined && home.length < MOST_MEMBERS) return home;
    // A group of its own would stand among the members of this one.
    const isTooEarly =
      home !== undefined && (home.started > 0 || home.sinceOf(home.length - 1) > since);
    if (isTooEarly) return undefined;
    const group = new ShareGroup({ id: undefined, cls, base });
    group.hasEnded = true;
    this.#others.push(group);
    return group;
  }

  /** Returns the last group of a class, unless it takes part. */
  #lastOf(cls: number, base: number): ShareGroup | undefined {
    const group = lastGroup(this.#change, cls);
    if (group?.base !== base || group.started > 0) return undefined;
    if (this.#all.some(({ id }) => id === group.id)) return undefined;
    this.#others.push(group);
    group.hasEnded = true;
    return group;
  }
  /** Puts small groups into one that have just started one after the other: few rows cost less than many. */
  #merge(): void {
    let first: ShareGroup | undefined;
    const ended = this.#read.filter((group) => group.hasEnded && group.started === 0);
    for (const group of ended.sort((a, b) => (isBefore(nextIn(a), nextIn(b)) ? -1 : 1))) {
      const isNext =
        first !== undefined &&
        first.cls === group.cls &&
        first.base === group.base &&
        first.length + group.length <= MOST_MEMBERS / 2;
      const keys = isNext ? keysOf(group) : undefined;
      if (keys === undefined) first = group;
      else this.#move(group, first as ShareGroup, keys);
    }
  }

  #move(from: ShareGroup, to: ShareGroup, keys: readonly string[]): void {
    for (const key of keys) {
      const member = { since: from.sinceOf(0), jobs: from.jobsOf(0), last: from.lastOf(0) };
      const seat = to.insert({ ...member, hasLearnt: from.hasLearnt(0) });
      this.#seatings.push({ share: { cls: to.cls, key }, group: to, seat });
      from.remove(0);
    }
  }

  #readKey(job: number): string {
    const sql = 'SELECT fair_key FROM philjs_jobs_jobs WHERE key = ?';
    return String(this.#change.file.get(sql, job)?.['fair_key'] ?? '');
  }

  get #all(): readonly ShareGroup[] {
    return [...this.#read, ...this.#others];
  }

  #readFirst(): void {
    this.#read = [];
    for (let members = 0; members < this.#limit; ) {
      const group = readGroup(this.#change, this.#read.length);
      if (group === undefined) break;
      this.#read.push(group);
      members += group.length - group.started;
    }
  }

  /** Visits the members that start next: where there are not enough, those that have started come again. */
  #eachNext(visit: (group: ShareGroup, index: number) => void): void {
    let left = this.#limit;
    const some = (group: ShareGroup, from: number, to: number): void => {
      for (let index = from; index < to && left > 0; index++, left--) visit(group, index);
    };
    for (const group of this.#read) some(group, group.started, group.length);
    for (const group of this.#read) some(group, 0, group.started);
  }
}

/** Returns whether a share stands before some members of a group that have not started in its round. */
function isAmong(group: ShareGroup, cls: number, base: number, since: number): boolean {
  const isSame = group.cls === cls && group.base === base && group.started > 0;
  return isSame && group.sinceOf(group.length - 1) > since;
}

function placeIn(group: ShareGroup, index: number): SharePlace {
  return [group.cls, group.baseOf(index) + 1, group.sinceOf(index)];
}

/** Returns the keys of all members of a group, in their order, if they are known. */
function keysOf(group: ShareGroup): readonly string[] | undefined {
  const keys: string[] = [];
  for (let index = 0; index < group.length; index++) {
    const key = group.keys[group.seatOf(index)];
    if (key === undefined) return undefined;
    keys.push(key);
  }
  return keys;
}

/** Returns where the next member of a group stands. */
export function nextIn(group: ShareGroup): SharePlace {
  return placeIn(group, group.started);
}
