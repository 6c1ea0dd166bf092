import type { Row, SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import {
  type Charge,
  chargeShare,
  chargeShares,
  dropShare,
  keyOf,
  type Share,
  setVirtualTime,
  virtualTime,
} from './fair-shares.ts';

/** A waiting job of a share: its key in the table, its position, and its weight. */
type Waiting = readonly [key: number, turn: number, weight: number | null];

/** Is a share that is taking part in a claim. */
interface Turn {
  share: Share;
  number: number;
  jobs: readonly Waiting[];
  next: number;
  hasMore: boolean;
  isCharged: boolean;
}

/** The jobs to start, and what is to be done once they have. */
export interface Claimed {
  readonly rows: readonly Row[];
  readonly charge: () => void;
}

/** How many jobs of each share are read at first. */
const READ_AT_FIRST = 2;
const WAITING = `SELECT key, turn, weight FROM jobs WHERE limited = 0 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL`;

/** Chooses the next jobs to start in a fair order where no name has limits. */
export function claimFairly(change: QueueChange, limit: number): Claimed {
  const turns = readTurns(change, limit);
  const times = new Map<number, number>();
  const charges = new Map<number, string>();
  while (charges.size < limit) {
    const turn = firstOf(turns);
    if (turn === undefined) break;
    const [job] = turn.jobs[turn.next] as Waiting;
    const { cls, key, base, since } = turn.share;
    const time = Math.max(times.get(cls) ?? virtualTime(change, cls), turn.number);
    times.set(cls, time);
    const at = change.nextTurn();
    const was: Charge = { base, since, at, revision: change.orderRevision };
    charges.set(job, JSON.stringify(was));
    turn.share = { cls, key, base: time, since: at };
    turn.isCharged = true;
    turn.next += 1;
    numberNext(change, turn, limit - charges.size);
  }
  for (const [cls, time] of times) setVirtualTime(change, cls, time);
  const rows = rowsOf(change, charges);
  const charge = (): void => {
    const charged = turns.filter(({ isCharged }) => isCharged);
    chargeShares(change, charged.filter(hasNext));
    for (const turn of charged) if (!hasNext(turn)) chargeShare(change, turn.share);
  };
  return { rows, charge };
}

/** Reads the shares whose jobs may be among the next ones: as many as there are jobs to start. */
function readTurns(change: QueueChange, limit: number): Turn[] {
  const { file, queue } = change;
  const rows = file.all(
    `SELECT s.class, s.key, s.base, s.since, s.number, (SELECT json_group_array(json_array(key, turn, weight)) FROM (
        ${WAITING} AND queue = s.queue AND class = s.class AND fair_key IS nullif(s.key, '') ORDER BY turn LIMIT ${READ_AT_FIRST})) AS jobs
      FROM shares s WHERE s.queue = ? AND s.number IS NOT NULL ORDER BY s.class, s.number, s.since LIMIT ?`,
    queue,
    limit,
  );
  return rows.flatMap((row) => {
    const share: Share = {
      cls: Number(row['class']),
      key: String(row['key']),
      base: Number(row['base']),
      since: Number(row['since']),
    };
    const jobs = JSON.parse(String(row['jobs'])) as readonly Waiting[];
    if (jobs.length === 0) {
      dropShare(change, share);
      return [];
    }
    const hasMore = jobs.length === READ_AT_FIRST;
    return [{ share, number: Number(row['number']), jobs, next: 0, hasMore, isCharged: false }];
  });
}

/** Gives a turn the number of its next job, or none if there is no other. */
function numberNext(change: QueueChange, turn: Turn, wanted: number): void {
  if (turn.next === turn.jobs.length && turn.hasMore) {
    const { file, queue } = change;
    const after = turn.jobs.at(-1)?.[1] ?? 0;
    const sql = `${WAITING} AND queue = ? AND class = ? AND fair_key IS ? AND turn > ? ORDER BY turn LIMIT ?`;
    const size = wanted + 1;
    const rows = file.all(sql, queue, turn.share.cls, keyOf(turn.share), after, size);
    turn.jobs = rows.map((row) => [row['key'], row['turn'], row['weight']] as unknown as Waiting);
    turn.hasMore = rows.length === size;
    turn.next = 0;
  }
  const job = turn.jobs[turn.next];
  turn.number = job === undefined ? Number.POSITIVE_INFINITY : turn.share.base + 1 / (job[2] ?? 1);
}

/** Reads jobs in the order of their charges, each with its own. */
function rowsOf({ file }: QueueChange, charges: ReadonlyMap<number, string>): Row[] {
  if (charges.size === 0) return [];
  const sql =
    'SELECT jobs.* FROM json_each(?) AS picked CROSS JOIN jobs ON jobs.key = picked.value';
  const rows: Record<string, SqlValue>[] = file.all(sql, JSON.stringify([...charges.keys()]));
  const byKey = new Map(rows.map((row) => [row['key'], row]));
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
