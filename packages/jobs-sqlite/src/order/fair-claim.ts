import type { Row, SqlValue } from '../database/sqlite-file.ts';
import { recordColumns } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';
import {
  type ChargedShare,
  chargeShares,
  chargeText,
  exhaustShare,
  leaveShare,
  type Share,
  setVirtualTime,
  virtualTime,
} from './fair-shares.ts';
import { readShareJobs, removeShareJob } from './share-jobs.ts';

/** A waiting job of a share. */
interface Waiting {
  readonly key: number;
  readonly turn: number;
  readonly weight: number;
}

/** Is a share that is taking part in a claim. */
interface Turn {
  share: Share;
  number: number;
  /** The row of its first job. */
  readonly row: Row;
  /** Its jobs, as far as they are known. */
  readonly jobs: Waiting[];
  /** Whether it has no others. */
  isWhole: boolean;
  next: number;
  passed: number;
}

/** The jobs to start, and what is to be done once they have. */
export interface Claimed {
  readonly rows: readonly Row[];
  readonly charge: () => void;
}

/** The first shares, each with the row of its first job, and with the turn and the key of the one after unless that has a weight. */
const FIRST_SHARES = `SELECT s.class AS share_class, s.key AS share_key, s.base AS share_base, s.since AS share_since,
    s.head_number AS share_number, s.head_turn, s.passed,
    (SELECT iif(weight IS NULL, turn || ' ' || job, '') FROM share_jobs
      WHERE queue = s.queue AND class = s.class AND key = s.key AND turn > s.head_turn ORDER BY turn LIMIT 1) AS next,
    ${recordColumns('head')}
  FROM shares AS s LEFT JOIN jobs AS head ON head.key = s.head
  WHERE s.queue = ? AND s.head_number IS NOT NULL ORDER BY s.class, s.head_number, s.since LIMIT ? + 0`;

/** Chooses the next jobs to start in a fair order where no name has limits. */
export function claimFairly(change: QueueChange, limit: number): Claimed {
  const turns = readTurns(change, limit);
  const times = new Map<number, number>();
  const charges = new Map<number, string>();
  const known: Row[] = [];
  while (charges.size < limit) {
    const turn = firstOf(turns);
    if (turn === undefined) break;
    if (turn.next === 0) known.push(turn.row);
    const { cls, key, base, since } = turn.share;
    const time = Math.max(times.get(cls) ?? virtualTime(change, cls), turn.number);
    times.set(cls, time);
    const at = change.nextTurn();
    const charge = chargeText({ base, since, at, revision: change.orderRevision });
    charges.set((turn.jobs[turn.next] as Waiting).key, charge);
    turn.share = { cls, key, base: time, since: at };
    turn.next += 1;
    numberNext(change, turn, limit - charges.size);
  }
  for (const [cls, time] of times) setVirtualTime(change, cls, time);
  const rows = rowsOf(change, charges, known);
  const charge = (): void => {
    const charged = turns.filter(({ next }) => next > 0);
    chargeShares(change, charged.flatMap(chargedOf));
    for (const turn of charged) if (!hasNext(turn)) exhaustShare(change, turn.share);
  };
  return { rows, charge };
}

/** Reads the shares whose jobs may be among the next ones: as many as there are jobs to start. */
function readTurns(change: QueueChange, limit: number): Turn[] {
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
    const jobs = [{ key, turn, weight: 1 }, ...toWaiting(next)];
    const number = Number(row['share_number']);
    const isWhole = next === null;
    return [{ share, number, row, jobs, isWhole, next: 0, passed: Number(passed) }];
  });
}

/** Reads a job without a weight from its turn and its key. */
function toWaiting(text: Row[string] | undefined): Waiting[] {
  if (typeof text !== 'string' || text === '') return [];
  const [turn, key] = text.split(' ');
  return [{ turn: Number(turn), key: Number(key), weight: 1 }];
}

/** Gives a turn the number of its next job, or none if there is no other. Reads as many jobs as may start, and the one after. */
function numberNext(change: QueueChange, turn: Turn, wanted: number): void {
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

/** Returns a share after its starts if it has another job. */
function chargedOf({ share, number, jobs, next, passed }: Turn): ChargedShare[] {
  const head = jobs[next];
  return head === undefined ? [] : [{ share, number, head, passed: passed + next }];
}

/** Reads jobs in the order of their charges, each with its own. */
function rowsOf(
  { file }: QueueChange,
  charges: ReadonlyMap<number, string>,
  known: readonly Row[],
): Row[] {
  const byKey = new Map<SqlValue | undefined, Record<string, SqlValue>>();
  for (const row of known) byKey.set(row['key'], { ...row });
  const missing = [...charges.keys()].filter((key) => !byKey.has(key));
  if (missing.length > 0) {
    const sql = `SELECT ${recordColumns()} FROM json_each(?) AS picked CROSS JOIN jobs ON jobs.key = picked.value`;
    for (const row of file.all(sql, JSON.stringify(missing))) byKey.set(row['key'], row);
  }
  return [...charges].flatMap(([key, charge]) => {
    const row = byKey.get(key);
    if (row === undefined) return [];
    row['charge'] = charge;
    return [row];
  });
}

function hasNext({ number }: Turn): boolean {
  return number !== Number.POSITIVE_INFINITY;
}

function firstOf(turns: readonly Turn[]): Turn | undefined {
  let first: Turn | undefined;
  for (const turn of turns) {
    if (hasNext(turn) && (first === undefined || isBefore(turn, first))) first = turn;
  }
  return first;
}

function isBefore(a: Turn, b: Turn): boolean {
  if (a.share.cls !== b.share.cls) return a.share.cls < b.share.cls;
  return a.number < b.number || (a.number === b.number && a.share.since < b.share.since);
}
