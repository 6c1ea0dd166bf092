import { type FailureScan, scanFailures } from '../../failures/scan-failures.ts';
import { ofEach } from '../of-each.ts';
import type { LoadPage } from '../page-source.ts';
import { chosenQueues, countParam } from '../params.ts';
import type { FailuresData } from './failures-data.ts';

/** How many failed jobs of a queue one page reads. */
const BUDGET = 2000;

/** Groups the failures of a queue, a page of the latest at a time, or the latest of all queues. */
export const loadFailures: LoadPage<FailuresData> = async ({ monitor, redactor }, params) => {
  const chosen =
    params.get('queue') ?? (monitor.queues.length === 1 ? monitor.queues[0].name : undefined);
  const { found: counted, away } = await ofEach(monitor, chosenQueues(monitor, params), (queue) =>
    queue.getStats(),
  );
  const totals = new Map(counted.map(([{ name }, { failed }]) => [name, failed] as const));
  const queues = counted.map(([queue]) => queue);
  const { found } = await ofEach(monitor, queues, (queue): Promise<FailureScan> => {
    const total = totals.get(queue.name) ?? 0;
    const cursor = chosen === undefined ? undefined : params.get('cursor');
    return cursor === undefined
      ? monitor.failures.read(queue.name, total, redactor)
      : scanFailures(queue, redactor, { budget: BUDGET, cursor, total });
  });
  const scans = found.map(([, scan]) => scan);
  const cursor = chosen === undefined ? undefined : scans[0]?.cursor;
  const sum = (read: (scan: FailureScan) => number): number =>
    scans.reduce((all, scan) => all + read(scan), 0);
  return {
    ...(chosen !== undefined && { queue: chosen }),
    counts: Object.fromEntries(totals),
    away,
    before: countParam(params, 'scanned'),
    groups: found
      .flatMap(([{ name }, { groups }]) => groups.map((group) => ({ ...group, queue: name })))
      .sort((a, b) => b.count - a.count || b.lastAt - a.lastAt),
    scanned: sum(({ scanned }) => scanned),
    total: sum(({ total }) => total),
    ...(cursor !== undefined && { cursor }),
  };
};
