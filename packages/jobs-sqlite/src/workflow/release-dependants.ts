import type { ExchangeParams, JobRecord } from '@philjs/jobs-core/backend';
import { fromText } from '@philjs/jobs-core/internal';
import type { Row } from '../database/sqlite-file.ts';
import { placeOf, tellPlaced } from '../jobs/place-job.ts';
import { type HandOutParams, startJobs } from '../lease/hand-out.ts';
import { enterOrder } from '../order/enter-order.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { TO_RELEASE, UNDELAYED_AT } from './to-release.ts';

/** The number of blocked jobs that one exchange releases at most. */
const MOST_RELEASED = 100;

/**
 * Releases jobs whose dependencies have ended; returns those that fail for a dependency, leased to the holder, unless that
 * is stopping.
 */
export function releaseDependants(
  change: QueueChange,
  params: Omit<HandOutParams, 'limit'> & Pick<ExchangeParams, 'isStopping'>,
): { readonly doomed: JobRecord[]; readonly isCut: boolean } {
  const { file, queue, now } = change;
  const kept = params.isStopping ? 'AND doom = 0' : '';
  const rows = file.all(
    `SELECT *, ${UNDELAYED_AT} AS undelayed_at FROM philjs_jobs_jobs WHERE ${TO_RELEASE} ${kept} ORDER BY turn LIMIT ${MOST_RELEASED}`,
    queue,
  );
  const doomed: Row[] = [];
  for (const row of rows) {
    const { key = null, id, name, run_at, undelayed_at, priority } = row;
    if (Number(row['doom']) > 0) {
      file.run('UPDATE philjs_jobs_jobs SET doomed = 1 WHERE key = ?', key);
      doomed.push(row);
      continue;
    }
    const place = placeOf(Number(run_at), Number(priority), Math.max(now, Number(undelayed_at)));
    const sql = 'UPDATE philjs_jobs_jobs SET status = ?, rank = ?, turn = ? WHERE key = ?';
    file.run(sql, place.status, place.rank, change.nextTurn(), key);
    if (place.status === 'waiting') enterOrder(change, key);
    change.moved('blocked', place.status);
    tellPlaced(change, { id: fromText(String(id)), name: fromText(String(name)) }, place);
  }
  const isCut = rows.length === MOST_RELEASED;
  return { doomed: doomed.length === 0 ? [] : startJobs(change, doomed, params, 'blocked'), isCut };
}
