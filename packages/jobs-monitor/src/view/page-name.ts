/** Maps the name of each page in its address to its title. */
export const PAGES = {
  overview: 'Overview',
  jobs: 'Jobs',
  job: 'Job',
  workflow: 'Workflow',
  enqueue: 'Enqueue',
  failures: 'Failures',
  'dead-letters': 'Dead letters',
  schedules: 'Schedules',
  workers: 'Workers',
  metrics: 'Metrics',
} as const;

/** Names a page. */
export type PageName = keyof typeof PAGES;
