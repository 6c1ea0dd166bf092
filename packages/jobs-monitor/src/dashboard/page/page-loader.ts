import type { Clock } from '@philjs/jobs-core';
import { loadDeadLetters } from '../../pages/dead-letters/load-dead-letters.ts';
import { loadEnqueue } from '../../pages/enqueue/load-enqueue.ts';
import { loadFailures } from '../../pages/failures/load-failures.ts';
import { loadJob } from '../../pages/job/load-job.ts';
import { loadJobs } from '../../pages/jobs/load-jobs.ts';
import { loadMetrics } from '../../pages/metrics/load-metrics.ts';
import { loadOverview } from '../../pages/overview/load-overview.ts';
import type { LoadPage, PageParams, PageSource } from '../../pages/page-source.ts';
import { loadSchedules } from '../../pages/schedules/load-schedules.ts';
import { loadWorkers } from '../../pages/workers/load-workers.ts';
import { loadWorkflow } from '../../pages/workflow/load-workflow.ts';
import type { PageName } from '../../view/page-name.ts';
import type { PageDataMap, PageState } from '../../view/page-state.ts';

/** How long a reading stays fresh, in milliseconds; requests for the same page within it share one reading. */
const FRESH_MS = 500;

const LOADERS: { readonly [name in PageName]: LoadPage<PageDataMap[name]> } = {
  overview: loadOverview,
  jobs: loadJobs,
  job: loadJob,
  workflow: loadWorkflow,
  enqueue: loadEnqueue,
  failures: loadFailures,
  'dead-letters': loadDeadLetters,
  schedules: loadSchedules,
  workers: loadWorkers,
  metrics: loadMetrics,
};

/** Reads the data of pages; requests for the same page at the same time share one reading. */
export class PageLoader {
  readonly #source: PageSource;
  readonly #clock: Clock;
  readonly #readings = new Map<string, Promise<PageState>>();

  constructor(source: PageSource) {
    this.#source = source;
    this.#clock = source.monitor.clock;
  }

  /** Reads a page, or returns a reading of the last half second. @throws JobsError as its loader */
  load(page: PageName, params: PageParams): Promise<PageState> {
    const key = pageKey(page, params);
    const known = this.#readings.get(key);
    if (known !== undefined) return known;
    const reading = this.#read(page, params);
    this.#readings.set(key, reading);
    const forget = (): void => {
      if (this.#readings.get(key) === reading) this.#readings.delete(key);
    };
    reading.then(() => this.#clock.setTimeout(forget, FRESH_MS, { background: true }), forget);
    return reading;
  }

  /** Forgets all readings, so that a change is visible at once. */
  refresh(): void {
    this.#readings.clear();
  }

  async #read(page: PageName, params: PageParams): Promise<PageState> {
    const data = await LOADERS[page](this.#source, params);
    return { page, data, now: this.#clock.now() } as PageState;
  }
}

/** Identifies a page with its parameters. */
export function pageKey(page: PageName, params: PageParams): string {
  return JSON.stringify([page, [...params].sort(([a], [b]) => (a < b ? -1 : 1))]);
}
