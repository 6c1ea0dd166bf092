import type { Row, SqlValue } from '../database/sqlite-file.ts';
import { recordColumns } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';
import {
  chargeShare,
  chargeShares,
  chargeText,
  dropShare,
  keyOf,
  type Share,
  setVirtualTime,
  virtualTime,
} from './fair-shares.ts';

/** A waiting job of a share: its key in the table, and its row, as far as they are known, and its weight. */
interface Waiting {
  readonly key: number | undefined;
  readonly row?: Row;
  readonly weight: number;
}

/** Is a share that is taking part in a claim. */
interface Turn {
  share: Share;
  number: number;
  jobs: readonly Waiting[];
  next: number;
  /** How many jobs before {@link jobs} have started. */
  started: number;
  isCharged: boolean;
}

/** The jobs to start, and what is to be done once they have. */
export interface Claimed {
  readonly rows: readonly Row[];
  readonly charge: () => void;
}

const WAITING = `FROM jobs WHERE limited = 0 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL`;
const OF_SHARE = `${WAITING} AND queue = s.queue AND class = s.class AND fair_key IS nullif(s.key, '') ORDER BY turn LIMIT 1`;
/** The first shares, each with the row of its first job and the weight of the one after. */
const FIRST_SHARES = `WITH s AS MATERIALIZED (SELECT queue, class, key, base, since, number FROM shares
    WHERE queue = ? AND number IS NOT NULL ORDER BY class, number, since LIMIT ? + 0)
  SELECT s.class AS share_class, s.key AS share_key, s.base AS share_base, s.since AS share_since, s.number AS share_number,
    (SELECT coalesce(weight, 1) ${OF_SHARE} OFFSET 1) AS next_weight, ${recordColumns('head')}
  FROM s LEFT JOIN jobs AS head ON head.key = (SELECT key ${OF_SHARE})`;

/** Chooses the next jobs to start in a fair order where no name has limits. */
export function claimFairly(change: QueueChange, limit: number): Claimed {
  const turns = readTurns(change, limit);
  const times = new Map<number, number>();
  const charges = new Map<number, string>();
  const known: Row[] = [];
  while (charges.size < limit) {
    const turn = firstOf(turns);
    if (turn === undefined) break;
    const job = keyOfNext(change, turn, limit - charges.size);
    const row = turn.jobs[turn.next]?.row;
    if (row !== undefined) known.push(row);
    const { cls, key, base, since } = turn.share;
    const time = Math.max(times.get(cls) ?? virtualTime(change, cls), turn.number);
    times.set(cls, time);
    const at = change.nextTurn();
    charges.set(job, chargeText({ base, since, at, revision: change.orderRevision }));
    turn.share = { cls, key, base: time, since: at };
    turn.isCharged = true;
    turn.next += 1;
    numberNext(turn);
  }
  for (const [cls, time] of times) setVirtualTime(change, cls, time);
  const rows = rowsOf(change, charges, known);
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
  return file.all(FIRST_SHARES, queue, limit).flatMap((row) => {
    const share: Share = {
      cls: Number(row['share_class']),
      key: String(row['share_key']),
      base: Number(row['share_base']),
      since: Number(row['share_since']),
    };
    const { key, next_weight: weight } = row;
    if (typeof key !== 'number') {
      dropShare(change, share);
      return [];
    }
    const jobs: Waiting[] = [{ key, row, weight: 1 }];
    if (typeof weight === 'number') jobs.push({ key: undefined, weight });
    const number = Number(row['share_number']);
    return [{ share, number, jobs, next: 0, started: 0, isCharged: false }];
  });
}

/** Returns the key of the next job of a turn. Reads as many jobs as may start, and the one after, where it is not known. */
function keyOfNext({ file, queue }: QueueChange, turn: Turn, wanted: number): number {
  const known = turn.jobs[turn.next]?.key;
  if (known !== undefined) return known;
  turn.started += turn.next;
  turn.next = 0;
  const sql = `SELECT key, coalesce(weight, 1) AS weight ${WAITING} AND queue = ? AND class = ? AND fair_key IS ?
    ORDER BY turn LIMIT ? + 0 OFFSET ? + 0`;
  const { share, started } = turn;
  const rows = file.all(sql, queue, share.cls, keyOf(share), wanted + 1, started);
  turn.jobs = rows.map(({ key, weight }) => ({ key: Number(key), weight: Number(weight) }));
  return Number(turn.jobs[0]?.key);
}

/** Gives a turn the number of its next job, or none if there is no other. */
function numberNext(turn: Turn): void {
  const job = turn.jobs[turn.next];
  turn.number = job === undefined ? Number.POSITIVE_INFINITY : turn.share.base + 1 / job.weight;
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
