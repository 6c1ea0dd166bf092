import type { Row } from '../database/sqlite-file.ts';
import { recordColumns } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { type ChargedShare, leaveShare, type Share } from './fair-shares.ts';
import { readShareJobs, removeShareJob } from './share-jobs.ts';

/** A waiting job of a share. */
interface Waiting {
  readonly key: number;
  readonly turn: number;
  readonly weight: number;
}

/** Is a share outside of groups that is taking part in a claim. */
export interface Turn {
  share: Share;
  number: number;
  /** Its jobs, as far as they are known. */
  readonly jobs: Waiting[];
  /** Whether it has no others. */
  isWhole: boolean;
  next: number;
  passed: number;
  isCharged: boolean;
}

/** The first shares, each with the row of its first job, and with the turn and the key of the one after unless that has a weight. */
const FIRST_SHARES = `SELECT s.class AS share_class, s.key AS share_key, s.base AS share_base, s.since AS share_since,
    s.head_number AS share_number, s.head_turn, s.passed,
    (SELECT iif(weight IS NULL, turn || ' ' || job, '') FROM philjs_jobs_share_jobs
      WHERE queue = s.queue AND class = s.class AND key = s.key AND turn > s.head_turn ORDER BY turn LIMIT 1) AS next,
    ${recordColumns('head')}, head.charge
  FROM philjs_jobs_shares AS s LEFT JOIN philjs_jobs_jobs AS head ON head.key = s.head
  WHERE s.queue = ? AND s.head_number IS NOT NULL ORDER BY s.class, s.head_number, s.since LIMIT ? + 0`;

/** Reads the shares whose jobs may be among the next ones: as many as there are jobs to start. Keeps the rows of these. */
export function readTurns(change: QueueChange, limit: number, rows: Map<number, Row>): Turn[] {
  const { file, queue } = change;
  return file.all(FIRST_SHARES, queue, limit).flatMap((row) => {
    const share: Share = {
      cls: Number(row['share_class']),
      key: String(row['share_key']),
      base: Number(row['share_base']),
      since: Number(row['share_since']),
    };
    const { key, next, passed } = row;
    const turn = Number(row['head_turn']);
    if (typeof key !== 'number') {
      removeShareJob(change, share, turn);
      leaveShare(change, share);
      return [];
    }
    rows.set(key, row);
    const jobs = [{ key, turn, weight: 1 }, ...toWaiting(next)];
    const number = Number(row['share_number']);
    const known = { share, number, jobs, isWhole: next === null };
    return [{ ...known, next: 0, passed: Number(passed), isCharged: false }];
  });
}

/** Reads a job without a weight from its turn and its key. */
function toWaiting(text: Row[string] | undefined): Waiting[] {
  if (typeof text !== 'string' || text === '') return [];
  const [turn, key] = text.split(' ');
  return [{ turn: Number(turn), key: Number(key), weight: 1 }];
}

/** Gives a turn the number of its next job, or none if there is no other. Reads as many jobs as may start, and the one after. */
export function numberNext(change: QueueChange, turn: Turn, wanted: number): void {
  const { jobs, share } = turn;
  if (turn.next === jobs.length && !turn.isWhole) {
    const last = jobs.at(-1) as Waiting;
    const more = readShareJobs(change, share, last.turn, wanted + 1);
    jobs.push(...more);
    turn.isWhole = more.length <= wanted;
  }
  const job = jobs[turn.next];
  turn.number = job === undefined ? Number.POSITIVE_INFINITY : share.base + 1 / job.weight;
}

/** Returns whether a turn has another job. */
export function hasNext({ number }: Turn): boolean {
  return number !== Number.POSITIVE_INFINITY;
}

/** Returns a share after its starts if it has another job. */
export function chargedOf({ share, number, jobs, next, passed }: Turn): ChargedShare[] {
  const head = jobs[next];
  return head === undefined ? [] : [{ share, number, head, passed: passed + next }];
}

/** Returns the first turn that has a job. */
export function firstOf(turns: readonly Turn[]): Turn | undefined {
  let first: Turn | undefined;
  for (const turn of turns) {
    if (hasNext(turn) && (first === undefined || isBefore(placeOf(turn), placeOf(first))))
      first = turn;
  }
  return first;
}

/** Says where the next job of a share stands. */
export type SharePlace = readonly [cls: number, number: number, since: number];

/** Returns where the next job of a turn stands. */
export function placeOf({ share, number }: Turn): SharePlace {
  return [share.cls, number, share.since];
}

/** Returns whether one place is before another. */
export function isBefore(a: SharePlace, b: SharePlace): boolean {
  if (a[0] !== b[0]) return a[0] < b[0];
  return a[1] < b[1] || (a[1] === b[1] && a[2] < b[2]);
}
