import type { Row, SqlValue } from '../database/sqlite-file.ts';
import { recordColumns } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { ClaimedGroups, nextIn } from './claimed-groups.ts';
import {
  chargeShares,
  chargeText,
  exhaustShare,
  forgetHeads,
  type Share,
  setVirtualTime,
  virtualTime,
} from './fair-shares.ts';
import {
  chargedOf,
  firstOf,
  hasNext,
  isBefore,
  numberNext,
  placeOf,
  readTurns,
  type SharePlace,
  type Turn,
} from './fair-turns.ts';
import { canTell, MOST_KNOWN, type ShareGroup } from './share-group.ts';
import { turnOfHead } from './share-groups.ts';
import { MOST_PASSED, readShareJobs, removePassed } from './share-jobs.ts';

/** The jobs to start, and what is to be done once they have. */
export interface Claimed {
  readonly rows: readonly Row[];
  readonly charge: () => void;
}

/** Chooses the next jobs to start in a fair order where no name has limits. */
export function claimFairly(change: QueueChange, limit: number): Claimed {
  const claim = new FairClaim(change, limit);
  const rows = claim.start();
  return { rows, charge: () => claim.charge() };
}

const FIRST_SHARE = `SELECT class, head_number, since FROM philjs_jobs_shares WHERE queue = ? AND head_number IS NOT NULL
  ORDER BY class, head_number, since LIMIT 1`;
const JOBS = `SELECT ${recordColumns()}, jobs.charge FROM json_each(?) AS picked CROSS JOIN philjs_jobs_jobs AS jobs ON jobs.key = picked.value`;

/** A job that starts: its row, if it was read, or its key. */
type Start = Row | number;

/** Chooses jobs of the shares in groups and of those that stand apart, as they come. */
class FairClaim {
  readonly #change: QueueChange;
  readonly #limit: number;
  readonly #groups: ClaimedGroups;
  /** The rows of the first jobs of the members that start next, in this order. */
  #heads: readonly Row[] = [];
  #nextHead = 0;
  readonly #rows = new Map<number, Row>();
  readonly #turns: Turn[];
  readonly #started: Start[] = [];
  /** The charge of each of these starts. */
  readonly #charges: string[] = [];
  readonly #exhausted: Share[] = [];
  /** The class of the last start, and its virtual time, now and as stored. */
  #cls: number | undefined;
  #time = 0;
  #storedTime = 0;

  constructor(change: QueueChange, limit: number) {
    this.#change = change;
    this.#limit = limit;
    this.#groups = new ClaimedGroups(change, limit);
    this.#readHeads();
    const first = change.file.get(FIRST_SHARE, change.queue);
    this.#turns =
      first !== undefined && this.#mayComeFirst(toPlace(first))
        ? readTurns(change, limit, this.#rows)
        : [];
  }

  /** Starts the next jobs; returns their rows in this order. */
  start(): Row[] {
    while (this.#started.length < this.#limit) {
      const turn = this.#turns.length === 0 ? undefined : firstOf(this.#turns);
      const group = this.#groups.first;
      if (group !== undefined && (turn === undefined || isBefore(nextIn(group), placeOf(turn)))) {
        this.#startMember(group);
        this.#groups.endRound();
      } else if (turn !== undefined) this.#startTurn(turn);
      else break;
    }
    this.#setTime();
    return this.#startedRows();
  }

  /** Writes what the starts cost the shares. */
  charge(): void {
    const charged = this.#turns.filter(({ isCharged }) => isCharged);
    const apart = charged.filter((turn) => hasNext(turn) && !this.#groups.take(turn));
    chargeShares(this.#change, apart.flatMap(chargedOf));
    this.#groups.save();
    for (const turn of charged) if (!hasNext(turn)) exhaustShare(this.#change, turn.share);
    for (const share of this.#exhausted) exhaustShare(this.#change, share);
    forgetHeads(this.#change);
  }

  /** Returns whether a share may be among the next ones. */
  #mayComeFirst(place: SharePlace): boolean {
    const last = this.#groups.placeOfLast;
    return last === undefined || isBefore(place, last);
  }

  #startTurn(turn: Turn): void {
    const { cls, key, base, since } = turn.share;
    const time = this.#advance(cls, turn.number);
    const job = turn.jobs[turn.next]?.key as number;
    const at = this.#note(this.#rows.get(job) ?? job, base, since);
    turn.share = { cls, key, base: time, since: at };
    turn.next += 1;
    turn.isCharged = true;
    numberNext(this.#change, turn, this.#limit - this.#started.length);
  }

  #startMember(group: ShareGroup): void {
    const change = this.#change;
    const { started: index, cls, base } = group;
    const job = group.headOf(index);
    const row = this.#rowOf(job);
    const key = this.#groups.keyOf(group, row);
    const time = this.#advance(cls, base + 1);
    const at = this.#note(row ?? job, base, group.sinceOf(index));
    const known = group.start(at);
    if (known > 0 && time === base + 1) return;
    const share = { cls, key, base: time, since: at };
    if (time === base + 1) {
      this.#learn(group, index, share);
      return;
    }
    const seated = { group, index };
    const after = known === 0 ? group.lastOf(index) : turnOfHead(change, share, seated) - 1;
    this.#leave(group, index, share, readShareJobs(change, share, after, MOST_KNOWN));
  }

  /** Reads the next jobs of a member. It leaves its group if there is none, or one that it cannot tell. */
  #learn(group: ShareGroup, index: number, share: Share): void {
    const change = this.#change;
    const jobs = readShareJobs(change, share, group.lastOf(index), MOST_KNOWN);
    const odd = jobs.findIndex((job) => !canTell(job));
    const plain = odd === -1 ? jobs : jobs.slice(0, odd);
    const last = plain.at(-1);
    if (last === undefined) {
      this.#leave(group, index, share, jobs);
      return;
    }
    // Of a share that joined with one job, few rows have passed: they go with the next ones, on the same page of the file.
    if (group.hasLearnt(index)) removePassed(change, share, plain[0]?.turn as number);
    const keys = plain.map((job) => job.key);
    group.learn(index, keys, last.turn);
  }

  #leave(
    group: ShareGroup,
    index: number,
    share: Share,
    jobs: ReturnType<typeof readShareJobs>,
  ): void {
    group.remove(index);
    const [first] = jobs;
    if (first === undefined) {
      this.#exhausted.push(share);
      return;
    }
    const number = share.base + 1 / first.weight;
    const rest = {
      isWhole: jobs.length < MOST_KNOWN,
      next: 0,
      passed: MOST_PASSED,
      isCharged: true,
    };
    this.#turns.push({ share, number, jobs: [...jobs], ...rest });
  }

  #advance(cls: number, number: number): number {
    if (cls !== this.#cls) {
      this.#setTime();
      this.#cls = cls;
      this.#storedTime = virtualTime(this.#change, cls);
      this.#time = this.#storedTime;
    }
    this.#time = Math.max(this.#time, number);
    return this.#time;
  }

  #setTime(): void {
    if (this.#cls === undefined || this.#time === this.#storedTime) return;
    setVirtualTime(this.#change, this.#cls, this.#time);
  }

  /** Notes the start of a job; returns when it was charged. */
  #note(job: Start, base: number, since: number): number {
    const at = this.#change.nextTurn();
    this.#started.push(job);
    this.#charges.push(chargeText({ base, since, at, revision: this.#change.orderRevision }));
    return at;
  }

  /** Returns the row of a job that was read. */
  #rowOf(job: number): Row | undefined {
    const row = this.#heads[this.#nextHead];
    if (row?.['key'] !== job) return undefined;
    this.#nextHead += 1;
    return row;
  }

  /** Reads the first jobs of the members that may start. */
  #readHeads(): void {
    const { heads } = this.#groups;
    if (heads.length === 0) return;
    this.#heads = this.#read(heads);
    if (this.#heads.length === heads.length) return;
    // Another program removed a job from the table.
    const there = new Set(this.#heads.map((row) => row['key']));
    this.#groups.end(heads.filter((job) => !there.has(job)));
    this.#heads = [];
    this.#readHeads();
  }

  /** Reads the jobs that start of which only the keys are known; returns all with what they are charged. */
  #startedRows(): Row[] {
    const keys = this.#started.filter((job) => typeof job === 'number');
    if (keys.length > 0) {
      for (const row of this.#read(keys)) this.#rows.set(row['key'] as number, row);
    }
    const rows: Row[] = [];
    for (let index = 0; index < this.#started.length; index++) {
      const job = this.#started[index] as Start;
      const row: Record<string, SqlValue> | undefined =
        typeof job === 'number' ? this.#rows.get(job) : job;
      if (row === undefined) continue;
      row['charge'] = this.#charges[index] as string;
      rows.push(row);
    }
    return rows;
  }

  #read(jobs: readonly number[]): Row[] {
    return this.#change.file.all(JOBS, `[${jobs}]`);
  }
}

function toPlace(row: Row): SharePlace {
  return [Number(row['class']), Number(row['head_number']), Number(row['since'])];
}
