import type { VNode } from 'preact';
import { deadLettersPage } from '../pages/dead-letters/dead-letters-page.ts';
import { enqueuePage } from '../pages/enqueue/enqueue-page.ts';
import { failuresPage } from '../pages/failures/failures-page.ts';
import { jobPage } from '../pages/job/job-page.ts';
import { jobsPage } from '../pages/jobs/jobs-page.ts';
import { metricsPage } from '../pages/metrics/metrics-page.ts';
import { overviewPage } from '../pages/overview/overview-page.ts';
import { schedulesPage } from '../pages/schedules/schedules-page.ts';
import { workersPage } from '../pages/workers/workers-page.ts';
import { workflowPage } from '../pages/workflow/workflow-page.ts';
import type { PageState } from './page-state.ts';
import type { ViewContext } from './view-context.ts';

/** Draws a page from its data, in the same way on the server and in the browser. */
export function drawPage(ctx: ViewContext, state: PageState): VNode {
  switch (state.page) {
    case 'overview':
      return overviewPage(ctx, state.data);
    case 'jobs':
      return jobsPage(ctx, state.data);
    case 'job':
      return jobPage(ctx, state.data);
    case 'workflow':
      return workflowPage(ctx, state.data);
    case 'enqueue':
      return enqueuePage(ctx, state.data);
    case 'failures':
      return failuresPage(ctx, state.data);
    case 'dead-letters':
      return deadLettersPage(ctx, state.data);
    case 'schedules':
      return schedulesPage(ctx, state.data);
    case 'workers':
      return workersPage(ctx, state.data);
    case 'metrics':
      return metricsPage(ctx, state.data);
  }
}
