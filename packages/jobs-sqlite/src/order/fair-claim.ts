import type { Row, SqlValue } from '../database/sqlite-file.ts';
import { recordColumns } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';
import {
  chargeShare,
  chargeShares,
  chargeText,
  setVirtualTime,
  virtualTime,
} from './fair-shares.ts';
import {
  advance,
  hasNext,
  insertTurn,
  keyOfNext,
  plainNext,
  readTurns,
  type Turn,
} from './fair-turns.ts';
import { leaveRuns, type Member, storeRun } from './share-runs.ts';

/** The jobs to start, and what is to be done once they have. */
export interface Claimed {
  readonly rows: readonly Row[];
  readonly charge: () => void;
}

/** How many turns ago the first share in a run may have been charged: a bound for what `endRuns` writes. */
const MOST_TURNS = 30_000;

/** Chooses the next jobs to start in a fair order where no name has limits. */
export function claimFairly(change: QueueChange, limit: number): Claimed {
  const turns = readTurns(change, limit);
  const times = new Map<number, number>();
  const charges = new Map<number, string>();
  const known: Row[] = [];
  const line: Turn[] = [];
  for (const turn of turns) insertTurn(line, turn);
  while (charges.size < limit) {
    const turn = line.shift();
    if (turn === undefined) break;
    const job = keyOfNext(change, turn, limit - charges.size);
    const row = turn.jobs[turn.next]?.row;
    if (row !== undefined) known.push(row);
    const { cls, base, since } = turn.share;
    const time = Math.max(times.get(cls) ?? virtualTime(change, cls), turn.number);
    times.set(cls, time);
    const at = change.nextTurn();
    charges.set(job, chargeText({ base, since, at, revision: change.orderRevision }));
    advance(turn, time, at);
    if (hasNext(turn)) insertTurn(line, turn);
  }
  for (const [cls, time] of times) setVirtualTime(change, cls, time);
  const rows = rowsOf(change, charges, known);
  return { rows, charge: () => chargeTurns(change, turns) };
}

/** Writes the charges: those of shares whose next jobs have no weight as runs, which takes fewer rows. */
function chargeTurns(change: QueueChange, all: readonly Turn[]): void {
  // Members come first.
  const oldest = all[0]?.run?.members[0]?.[1];
  const turns = all.filter(({ isCharged }) => isCharged);
  leaveRuns(
    change,
    turns.flatMap(({ run }) => run ?? []),
  );
  const runs = new Map<string, Turn[]>();
  const apart: Turn[] = [];
  const mayRun = oldest === undefined || change.nextTurn() - oldest < MOST_TURNS;
  for (const turn of turns) {
    const { cls, base } = turn.share;
    if (!hasNext(turn)) chargeShare(change, turn.share);
    else if (!mayRun || plainNext(turn) === undefined) apart.push(turn);
    else {
      const run = runs.get(`${cls} ${base}`) ?? [];
      if (run.push(turn) === 1) runs.set(`${cls} ${base}`, run);
    }
  }
  chargeShares(change, apart);
  for (const run of runs.values())
    makeRun(
      change,
      run.sort((a, b) => a.share.since - b.share.since),
    );
}

function makeRun(change: QueueChange, turns: readonly Turn[]): void {
  const { file, queue } = change;
  const sql =
    'UPDATE shares SET number = NULL, in_run = 1 WHERE queue = ? AND class = ? AND key = ?';
  for (const { run, share } of turns) {
    if (run === undefined) file.run(sql, queue, share.cls, share.key);
  }
  const members = turns.map((turn): Member => {
    const { since, key } = turn.share;
    return [Number(plainNext(turn)), since, key];
  });
  const { cls = 0, base = 0 } = turns[0]?.share ?? {};
  storeRun(change, { cls, base, members });
}

/** Reads jobs in the order of their charges, each with its own. */
function rowsOf(
  { file }: QueueChange,
  charges: ReadonlyMap<number, string>,
  known: readonly Row[],
): Row[] {
  // The rows are this claim's own: copies of them would cost as much as reading them.
  const byKey = new Map<SqlValue | undefined, Record<string, SqlValue>>();
  for (const row of known) byKey.set(row['key'], row);
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
