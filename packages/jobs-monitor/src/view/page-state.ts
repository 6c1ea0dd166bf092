import type { DeadLettersData } from '../pages/dead-letters/dead-letters-data.ts';
import type { EnqueueData } from '../pages/enqueue/enqueue-data.ts';
import type { FailuresData } from '../pages/failures/failures-data.ts';
import type { JobData } from '../pages/job/job-data.ts';
import type { JobsData } from '../pages/jobs/jobs-data.ts';
import type { MetricsData } from '../pages/metrics/metrics-data.ts';
import type { OverviewData } from '../pages/overview/overview-data.ts';
import type { SchedulesData } from '../pages/schedules/schedules-data.ts';
import type { WorkersData } from '../pages/workers/workers-data.ts';
import type { WorkflowData } from '../pages/workflow/workflow-data.ts';

/** Maps each page to the type of its data. */
export interface PageDataMap {
  readonly overview: OverviewData;
  readonly jobs: JobsData;
  readonly job: JobData;
  readonly workflow: WorkflowData;
  readonly enqueue: EnqueueData;
  readonly failures: FailuresData;
  readonly 'dead-letters': DeadLettersData;
  readonly schedules: SchedulesData;
  readonly workers: WorkersData;
  readonly metrics: MetricsData;
}

/** Holds the name and the data of one page, and when it was read, in epoch milliseconds. */
export type PageState = {
  readonly [name in keyof PageDataMap]: {
    readonly page: name;
    readonly data: PageDataMap[name];
    readonly now: number;
  };
}[keyof PageDataMap];
