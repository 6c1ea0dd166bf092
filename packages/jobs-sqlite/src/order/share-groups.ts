import type { Row, SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';
import { ShareGroup } from './share-group.ts';
import { MOST_PASSED, type ShareName } from './share-jobs.ts';

const COLUMNS = 'id, class, base, members';
const NAMED = 'queue = ? AND class = ? AND key = ?';

/** Reads the group behind some number of others. */
export function readGroup({ file, queue }: QueueChange, others: number): ShareGroup | undefined {
  const sql = `SELECT ${COLUMNS} FROM philjs_jobs_share_groups WHERE queue = ? ORDER BY class, base, since LIMIT 1 OFFSET ? + 0`;
  return toGroup(file.get(sql, queue, others));
}

/** Reads the last group of a class. */
export function lastGroup({ file, queue }: QueueChange, cls: number): ShareGroup | undefined {
  const sql = `SELECT ${COLUMNS} FROM philjs_jobs_share_groups WHERE queue = ? AND class = ? ORDER BY base DESC, since DESC LIMIT 1`;
  return toGroup(file.get(sql, queue, cls));
}

/** Stores a group; one without members goes. */
export function saveGroup({ file, queue }: QueueChange, group: ShareGroup): void {
  const { id, cls, base, bytes } = group;
  if (group.length === 0) {
    if (id !== undefined) file.run('DELETE FROM philjs_jobs_share_groups WHERE id = ?', id);
  } else if (id === undefined) {
    const sql = `INSERT INTO philjs_jobs_share_groups (queue, class, base, since, members) VALUES (?, ?, ?, ?, ?) RETURNING id`;
    group.id = Number(file.get(sql, queue, cls, base, group.sinceOf(0), bytes)?.['id']);
  } else if (group.hasMoved) {
    // While a round lasts, the place of its first member is that of the group.
    const sql = 'UPDATE philjs_jobs_share_groups SET base = ?, since = ?, members = ? WHERE id = ?';
    file.run(sql, base, group.sinceOf(group.started), bytes, id);
  } else file.run('UPDATE philjs_jobs_share_groups SET members = ? WHERE id = ?', bytes, id);
}

/** Notes that a share is a member of a group. */
export function joinGroup(
  { file, queue }: QueueChange,
  { cls, key }: ShareName,
  group: ShareGroup,
  seat: number,
): void {
  const sql = `UPDATE philjs_jobs_shares SET share_group = ?, seat = ?, head_number = NULL WHERE ${NAMED}`;
  file.run(sql, group.id ?? null, seat, queue, cls, key);
}

/** A share in its group. */
interface Seated {
  readonly group: ShareGroup;
  readonly index: number;
}

/** Finds the group of a share. */
function findGroup(
  { file, queue }: Pick<SqliteQueueStore, 'file' | 'queue'>,
  { cls, key }: ShareName,
): Seated | undefined {
  const sql = `SELECT ${COLUMNS.replaceAll(/\w+/g, 'g.$&')}, s.seat FROM philjs_jobs_shares AS s JOIN philjs_jobs_share_groups AS g ON g.id = s.share_group
    WHERE s.queue = ? AND s.class = ? AND s.key = ?`;
  const row = file.get(sql, queue, cls, key);
  const group = toGroup(row);
  return group && { group, index: group.indexOf(Number(row?.['seat'])) };
}

/** Returns since when a share has had its place if it is in a group. */
export function sinceInGroup(change: QueueChange, name: ShareName): number | undefined {
  const found = findGroup(change, name);
  return found?.group.sinceOf(found.index);
}

/** Returns the turn of the first job of a share that waits if it is in a group. */
export function headTurnInGroup(
  store: Pick<SqliteQueueStore, 'file' | 'queue'>,
  name: ShareName,
): number | undefined {
  const found = findGroup(store, name);
  return found && turnOfHead(store, name, found);
}

/** Takes a share out of its group, if it is in one: its own row then says where it stands. */
export function leaveGroup(change: QueueChange, name: ShareName): void {
  const found = findGroup(change, name);
  if (found === undefined) return;
  const { group, index } = found;
  standApart(change, name, found);
  group.remove(index);
  group.endRound();
  saveGroup(change, group);
}

/** Takes all shares out of a group. */
export function endGroup(change: QueueChange, group: ShareGroup): void {
  const { file, queue } = change;
  for (let index = 0; index < group.length; index++) {
    const sql = 'SELECT fair_key FROM philjs_jobs_jobs WHERE key = ?';
    const job = file.get(sql, group.headOf(index));
    const lost =
      'SELECT key FROM philjs_jobs_shares WHERE queue = ? AND class = ? AND share_group = ? AND seat = ?';
    // Another program removed the job from the table.
    const key: SqlValue | undefined =
      job === undefined
        ? file.get(lost, queue, group.cls, group.id ?? null, group.seatOf(index))?.['key']
        : job['fair_key'];
    standApart(change, { cls: group.cls, key: String(key ?? '') }, { group, index });
  }
  file.run('DELETE FROM philjs_jobs_share_groups WHERE id = ?', group.id ?? null);
}

/** Reads the turn of the first waiting job of a member: it is among the last ones up to a known turn. */
export function turnOfHead(
  { file, queue }: Pick<SqliteQueueStore, 'file' | 'queue'>,
  { cls, key }: ShareName,
  { group, index }: Seated,
): number {
  const sql = `SELECT turn FROM philjs_jobs_share_jobs WHERE ${NAMED} AND turn <= ? AND job = ? ORDER BY turn DESC LIMIT 1`;
  const last = group.lastOf(index);
  return Number(file.get(sql, queue, cls, key, last, group.headOf(index))?.['turn'] ?? last);
}

function standApart(change: QueueChange, name: ShareName, seated: Seated): void {
  const { file, queue } = change;
  const { group, index } = seated;
  const base = group.baseOf(index);
  const sql = `UPDATE philjs_jobs_shares SET base = ?, since = ?, head_number = ?, head = ?, head_turn = ?, passed = ?, share_group = NULL
    WHERE ${NAMED}`;
  // How many stand before its head is not known: they go with its next start.
  const head = [group.headOf(index), turnOfHead(change, name, seated), MOST_PASSED];
  file.run(sql, base, group.sinceOf(index), base + 1, ...head, queue, name.cls, name.key);
}

function toGroup(row: Row | undefined): ShareGroup | undefined {
  if (row === undefined) return undefined;
  const place = { id: Number(row['id']), cls: Number(row['class']), base: Number(row['base']) };
  return new ShareGroup(place, row['members'] as unknown as Uint8Array);
}
