import type { Row } from '../database/sqlite-file.ts';
import { recordColumns } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { dropShare, keyOf, type Share } from './fair-shares.ts';
import { endRuns, readRuns, type ShareRun } from './share-runs.ts';

/** A waiting job of a share: its key in the table, and its row, as far as they are known, and its weight. */
interface Waiting {
  readonly key: number | undefined;
  readonly row?: Row;
  readonly weight: number;
  /** Whether nothing is known of the job after it. */
  readonly isEdge?: true;
}

/** Is a share that is taking part in a claim. */
export interface Turn {
  share: Share;
  number: number;
  jobs: readonly Waiting[];
  next: number;
  /** How many jobs before {@link jobs} have started. */
  started: number;
  isCharged: boolean;
  /** The run that it stood in. */
  readonly run?: ShareRun;
}

/** Says where a share stands among others. */
interface Place {
  readonly share: Pick<Share, 'cls' | 'since'>;
  readonly number: number;
}

const WAITING = `FROM jobs WHERE limited = 0 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL`;
/** The key of the job behind the first one, or its weight below 0 if that is not 1. */
const SECOND = `(SELECT iif(coalesce(weight, 1) = 1, key, -weight) ${WAITING} AND queue = head.queue AND class = head.class
  AND fair_key IS head.fair_key AND turn > head.turn ORDER BY turn LIMIT 1) AS second`;
const HEAD = recordColumns('head');
const FIRST =
  'FROM shares WHERE queue = ? AND number IS NOT NULL ORDER BY class, number, since LIMIT';
/** The first shares that stand apart, each with the row of its first job. */
const FIRST_APART = `WITH s AS MATERIALIZED (SELECT queue, class, key, base, since, number ${FIRST} ? + 0)
  SELECT s.class AS share_class, s.key AS share_key, s.base AS share_base, s.since AS share_since, s.number AS share_number,
    ${SECOND}, ${HEAD}
  FROM s LEFT JOIN jobs AS head ON head.key = (SELECT key ${WAITING} AND queue = s.queue AND class = s.class
    AND fair_key IS nullif(s.key, '') ORDER BY turn LIMIT 1)`;
/** The rows of the first jobs of members, in the order of these. */
const HEADS = `SELECT ${SECOND}, ${HEAD} FROM json_each(?) AS picked CROSS JOIN jobs AS head ON head.key = picked.value
  WHERE head.status = 'waiting'`;

/** Reads the shares whose jobs may be among the next ones: as many as there are jobs to start. */
export function readTurns(change: QueueChange, limit: number): readonly Turn[] {
  const members = readMembers(change, limit);
  const last = members[limit - 1];
  const { file, queue } = change;
  const row = file.get(`SELECT class, number, since ${FIRST} 1`, queue);
  if (row === undefined) return members;
  const share = { cls: Number(row['class']), since: Number(row['since']) };
  const isBehind = last !== undefined && isBefore(last, { share, number: Number(row['number']) });
  return isBehind ? members : [...members, ...readApart(change, limit)];
}

function readMembers(change: QueueChange, limit: number): readonly Turn[] {
  const places = readRuns(change, limit).flatMap((run) =>
    run.members.map((member) => ({ run, member })),
  );
  if (places.length === 0) return [];
  const first = places.slice(0, limit);
  const rows = change.file.all(HEADS, JSON.stringify(first.map(({ member: [job] }) => job)));
  if (rows.length < first.length) {
    // Another program removed a job from the table.
    endRuns(change);
    return [];
  }
  return first.map(({ run, member: [, since, key] }, index) => {
    const share = { cls: run.cls, key, base: run.base, since };
    return { ...turnOf(share, run.base + 1, rows[index] as Row), run };
  });
}

function readApart(change: QueueChange, limit: number): readonly Turn[] {
  const { file, queue } = change;
  return file.all(FIRST_APART, queue, limit).flatMap((row) => {
    const share: Share = {
      cls: Number(row['share_class']),
      key: String(row['share_key']),
      base: Number(row['share_base']),
      since: Number(row['share_since']),
    };
    if (row['key'] !== null) return [turnOf(share, Number(row['share_number']), row)];
    dropShare(change, share);
    return [];
  });
}

function turnOf(share: Share, number: number, row: Row): Turn {
  const jobs: Waiting[] = [{ key: Number(row['key']), row, weight: 1 }];
  const { second } = row;
  if (typeof second === 'number') {
    const job = second < 0 ? { key: undefined, weight: -second } : { key: second, weight: 1 };
    jobs.push({ ...job, isEdge: true });
  }
  return { share, number, jobs, next: 0, started: 0, isCharged: false };
}

/** Returns the key of the next job of a turn. Reads as many jobs as may start, and the one after, where it is not known. */
export function keyOfNext({ file, queue }: QueueChange, turn: Turn, wanted: number): number {
  const known = turn.jobs[turn.next];
  if (known?.key !== undefined && known.isEdge === undefined) return known.key;
  turn.started += turn.next;
  turn.next = 0;
  const sql = `SELECT key, coalesce(weight, 1) AS weight ${WAITING} AND queue = ? AND class = ? AND fair_key IS ?
    ORDER BY turn LIMIT ? + 0 OFFSET ? + 0`;
  const { share, started } = turn;
  const rows = file.all(sql, queue, share.cls, keyOf(share), wanted + 1, started);
  turn.jobs = rows.map(({ key, weight }) => ({ key: Number(key), weight: Number(weight) }));
  return Number(turn.jobs[0]?.key);
}

/** Charges the start of the next job of a turn, at the virtual time it advances to; numbers the one after, if there is one. */
export function advance(turn: Turn, time: number, at: number): void {
  turn.share = { ...turn.share, base: time, since: at };
  turn.isCharged = true;
  turn.next += 1;
  const job = turn.jobs[turn.next];
  turn.number = job === undefined ? Number.POSITIVE_INFINITY : time + 1 / job.weight;
}

/** Returns the key of the next job of a turn if it is known and has no weight. */
export function plainNext({ jobs, next }: Turn): number | undefined {
  const job = jobs[next];
  return job?.weight === 1 ? job.key : undefined;
}

/** Returns whether a turn has another job. */
export function hasNext({ number }: Turn): boolean {
  return number !== Number.POSITIVE_INFINITY;
}

/** Puts a turn that has another job where it stands among others. */
export function insertTurn(turns: Turn[], turn: Turn): void {
  let at = turns.length;
  while (at > 0 && isBefore(turn, turns[at - 1] as Turn)) at -= 1;
  turns.splice(at, 0, turn);
}

function isBefore(a: Place, b: Place): boolean {
  if (a.share.cls !== b.share.cls) return a.share.cls < b.share.cls;
  return a.number < b.number || (a.number === b.number && a.share.since < b.share.since);
}
