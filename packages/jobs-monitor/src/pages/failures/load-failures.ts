import { toIncidents } from '../../failures/incident.ts';
import { type FailureScan, scanFailures } from '../../failures/scan-failures.ts';
import { ofEach } from '../of-each.ts';
import type { LoadPage } from '../page-source.ts';
import { choiceParam, chosenQueues, countParam } from '../params.ts';
import type { FailuresData } from './failures-data.ts';
import { INCIDENT_ORDERS, inOrder, mentions } from './incident-order.ts';

/** How many failed jobs of a queue one page reads. */
const BUDGET = 2000;
/** How many causes a page shows, unless it is asked for all. */
const SHOWN = 50;

/** Rolls up the failures of a queue, a page of the latest at a time, or the latest of all queues. */
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
  const search = params.get('q')?.trim() ?? '';
  const order = choiceParam(params, 'order', INCIDENT_ORDERS) ?? 'failed';
  const shown = choiceParam(params, 'show', ['all']) === 'all' ? Number.POSITIVE_INFINITY : SHOWN;
  const incidents = toIncidents(
    found.map(([{ name }, scan]) => [name, scan] as const),
    monitor.clock.now(),
  ).filter((incident) => mentions(incident, search));
  return {
    ...(chosen !== undefined && { queue: chosen }),
    ...{ search, order, causes: incidents.length },
    incidents: inOrder(incidents, order).slice(0, shown),
    counts: Object.fromEntries(totals),
    away,
    before: countParam(params, 'scanned'),
    scanned: sum(({ scanned }) => scanned),
    total: sum(({ total }) => total),
    ...(cursor !== undefined && { cursor }),
  };
};
