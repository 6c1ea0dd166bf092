/** The pages of the dashboard, by what stands in their address, and their titles. */
export const PAGES = {
  overview: 'Overview',
  jobs: 'Jobs',
  job: 'Job',
  failures: 'Failures',
  schedules: 'Schedules',
  workers: 'Workers',
  metrics: 'Metrics',
} as const;

/** Names a page. */
export type PageName = keyof typeof PAGES;
