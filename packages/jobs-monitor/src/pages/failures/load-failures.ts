import { scanFailures } from '../../failures/scan-failures.ts';
import type { LoadPage } from '../page-source.ts';
import { chosenQueue, countParam } from '../params.ts';
import type { FailuresData } from './failures-data.ts';

/** How many failed jobs one page looks at. */
const BUDGET = 2000;

/** Groups the failures of a queue, a page of the latest at a time. */
export const loadFailures: LoadPage<FailuresData> = async ({ monitor, redactor }, params) => {
  const queue = chosenQueue(monitor, params);
  const scan = await scanFailures(queue, redactor, {
    budget: BUDGET,
    cursor: params.get('cursor'),
  });
  return { queue: queue.name, before: countParam(params, 'scanned'), ...scan };
};
