/** Draws the pages that are not the first one opened: what draws them is loaded where they are shown. */
export { deadLettersPage as 'dead-letters' } from '../src/pages/dead-letters/dead-letters-page.ts';
export { enqueuePage as enqueue } from '../src/pages/enqueue/enqueue-page.ts';
export { metricsPage as metrics } from '../src/pages/metrics/metrics-page.ts';
export { schedulesPage as schedules } from '../src/pages/schedules/schedules-page.ts';
export { workersPage as workers } from '../src/pages/workers/workers-page.ts';
export { workflowPage as workflow } from '../src/pages/workflow/workflow-page.ts';
