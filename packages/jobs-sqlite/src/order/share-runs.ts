import type { Row } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';

/** A share in a run: its first waiting job, when its turn changed, and its key. */
export type Member = readonly [job: number, since: number, key: string];

/**
 * Shares of one class of which jobs started one after the other. They count from the same virtual time, in the order of
 * their turns, and their first jobs have no weight: so their next jobs start one after the other, too.
 */
export interface ShareRun {
  readonly cls: number;
  readonly base: number;
  readonly members: readonly Member[];
}

/** Reads the first runs of a queue that together have some number of members, or all. */
export function readRuns({ file, queue }: QueueChange, members: number): ShareRun[] {
  const sql =
    'SELECT class, base, members FROM share_runs WHERE queue = ? ORDER BY class, base, since LIMIT 2 OFFSET ? + 0';
  const runs: ShareRun[] = [];
  for (let found = 0; found < members; ) {
    const rows = file.all(sql, queue, runs.length);
    if (rows.length === 0) break;
    for (const row of rows) {
      const run = toRun(row);
      runs.push(run);
      found += run.members.length;
    }
  }
  return runs;
}

/** Stores a run: what is written of its members until their next starts. */
export function storeRun({ file, queue }: QueueChange, { cls, base, members }: ShareRun): void {
  const [[, since] = [0, 0]] = members;
  const sql = 'INSERT INTO share_runs VALUES (?, ?, ?, ?, ?)';
  file.run(sql, queue, cls, base, since, JSON.stringify(members));
}

/** Takes members out of the runs they stand in, in their order: names the run of each. */
export function leaveRuns(change: QueueChange, runsOfMembers: readonly ShareRun[]): void {
  const { file, queue } = change;
  const taken = new Map<ShareRun, number>();
  for (const run of runsOfMembers) taken.set(run, (taken.get(run) ?? 0) + 1);
  for (const [run, count] of taken) {
    const [[, since] = [0, 0]] = run.members;
    const sql = 'DELETE FROM share_runs WHERE queue = ? AND class = ? AND base = ? AND since = ?';
    file.run(sql, queue, run.cls, run.base, since);
    const members = run.members.slice(count);
    if (members.length > 0) storeRun(change, { ...run, members });
  }
}

/** Writes into shares what their runs tell: before one of them changes, or another job is its first. */
export function endRuns(change: QueueChange): void {
  const { file, queue } = change;
  const rows = file.all('SELECT class, base, members FROM share_runs WHERE queue = ?', queue);
  if (rows.length === 0) return;
  const sql = `UPDATE shares SET base = ?1, since = ?2, number = ?1 + 1, in_run = 0 WHERE queue = ?3 AND class = ?4 AND key = ?5`;
  for (const row of rows) {
    const { cls, base, members } = toRun(row);
    for (const [, since, key] of members) file.run(sql, base, since, queue, cls, key);
  }
  file.run('DELETE FROM share_runs WHERE queue = ?', queue);
}

function toRun(row: Row): ShareRun {
  return {
    cls: Number(row['class']),
    base: Number(row['base']),
    members: JSON.parse(String(row['members'])) as Member[],
  };
}
