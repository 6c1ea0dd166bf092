/** The kinds of problems. */
export const PROBLEM_KINDS = [
  'store-away',
  'no-workers',
  'abandoned',
  'paused',
  'backlog',
  'waiting-long',
  'failing',
  'failures',
  'slow',
  'stalled',
  'late-schedule',
] as const;

/** Names a kind of {@link HealthProblem}. */
export type HealthProblemKind = (typeof PROBLEM_KINDS)[number];

/** Describes one problem that needs attention. */
export interface HealthProblem {
  /** The kind of problem. */
  readonly kind: HealthProblemKind;
  /** The severity. */
  readonly severity: 'warning' | 'critical';
  /** The sentence for people: "`emails` has no workers; 12 jobs wait". */
  readonly message: string;
  /** The queue it is about. */
  readonly queue?: string;
  /** The group of failures it is about: `group:` in a search finds its jobs. */
  readonly group?: string;
  /** How many jobs it is about. */
  readonly count?: number;
  /** Since when, as far as the check looks back. */
  readonly since?: Date;
  /** The schedule it is about. */
  readonly scheduleId?: string;
}

/** Describes the health of all monitored queues and schedules. */
export interface SystemHealth {
  /** `critical` or `degraded` as the worst of the {@link problems} is; `healthy` without any. */
  readonly status: 'healthy' | 'degraded' | 'critical';
  /** When it was checked. */
  readonly checkedAt: Date;
  /** How many jobs are ready to run, in all queues. */
  readonly queueDepth: number;
  /** Finished jobs per minute over the last 15 minutes. */
  readonly processingRate: number;
  /** The share of failed among finished jobs over the last 15 minutes, 0 to 1. */
  readonly errorRate: number;
  /** How long jobs waited on average over the last 15 minutes, in milliseconds. */
  readonly averageWaitTime: number;
  /** Since when the oldest job has been ready, among the jobs that start next in each queue. */
  readonly oldestWaitingJob?: Date;
  /** The sentences of the {@link problems}, worst first. */
  readonly issues: readonly string[];
  /** The problems, worst first. */
  readonly problems: readonly HealthProblem[];
}
