import type { Row } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { LimitedName } from './limited-name.ts';

/** The position of a job among those that wait. */
export interface Position {
  readonly rank: number;
  /** The number that sorts it within its rank; 0 for first in, first out. */
  readonly number: number;
  /** The turn of the job, or of its key in a fair order. */
  readonly turn: number;
  /** The turn of the job: it sorts those of one key in a fair order. */
  readonly arrival: number;
}

/** The waiting jobs of one name, one rate key and one concurrency key: if one may start, all may. No key is ''. */
export interface Line extends Position {
  readonly rateKey: string;
  readonly concurrencyKey: string;
}

/** Returns whether a position comes before another. */
export function isBefore(a: Position, b: Position): boolean {
  if (a.rank !== b.rank) return a.rank < b.rank;
  if (a.number !== b.number) return a.number < b.number;
  return a.turn < b.turn || (a.turn === b.turn && a.arrival < b.arrival);
}

/** Places the line of a waiting job's keys by the position of that job, which its caller keeps apart from others. */
export function joinLine({ file, queue }: QueueChange, job: Row, position: Position): void {
  const rateKey = job['rate_key'] ?? '';
  file.run(
    `INSERT INTO philjs_jobs_lines AS lines (queue, name, rate_key, concurrency_key, keyed, rank, number, turn, arrival)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET rank = excluded.rank, number = excluded.number, turn = excluded.turn, arrival = excluded.arrival
      WHERE (excluded.rank, excluded.number, excluded.turn, excluded.arrival) < (lines.rank, lines.number, lines.turn, lines.arrival)`,
    queue,
    job['name'] ?? null,
    rateKey,
    job['concurrency_key'] ?? '',
    rateKey === '' ? 0 : 1,
    position.rank,
    position.number,
    position.turn,
    position.arrival,
  );
}

/** Finds the first open line of a name, of jobs with a rate key or without. */
export function firstLine(
  { file, queue }: QueueChange,
  { name }: LimitedName,
  keyed: boolean,
): Line | undefined {
  const row = file.get(
    `SELECT rate_key, concurrency_key, rank, number, turn, arrival FROM philjs_jobs_lines
      WHERE queue = ? AND name = ? AND keyed = ? AND opens_at IS NULL ORDER BY rank, number, turn, arrival LIMIT 1`,
    queue,
    name,
    keyed ? 1 : 0,
  );
  if (row === undefined) return undefined;
  return {
    rateKey: String(row['rate_key']),
    concurrencyKey: String(row['concurrency_key']),
    rank: Number(row['rank']),
    number: Number(row['number']),
    turn: Number(row['turn']),
    arrival: Number(row['arrival']),
  };
}

/** Finds the first job of a line. */
export function firstJob(
  { file, queue }: QueueChange,
  { name }: LimitedName,
  line: Line,
): (Row & Position) | undefined {
  const row = file.get(
    `SELECT * FROM philjs_jobs_jobs WHERE limited = 1 AND status = 'waiting' AND queue = ? AND name = ?
      AND rate_key IS ? AND concurrency_key IS ? ORDER BY rank, turn LIMIT 1`,
    queue,
    name,
    line.rateKey === '' ? null : line.rateKey,
    line.concurrencyKey === '' ? null : line.concurrencyKey,
  );
  return row && ({ ...row, number: 0, arrival: row['turn'] } as Row & Position);
}

/** Gives a line the position of its first job; a line without jobs goes. */
export function placeLine(
  { file, queue }: QueueChange,
  { name }: LimitedName,
  line: Line,
  first: Position | undefined,
): void {
  const where = 'WHERE queue = ? AND name = ? AND rate_key = ? AND concurrency_key = ?';
  const keys = [queue, name, line.rateKey, line.concurrencyKey] as const;
  if (first === undefined) file.run(`DELETE FROM philjs_jobs_lines ${where}`, ...keys);
  else {
    const sql = `UPDATE philjs_jobs_lines SET rank = ?, number = ?, turn = ?, arrival = ? ${where}`;
    file.run(sql, first.rank, first.number, first.turn, first.arrival, ...keys);
  }
}
