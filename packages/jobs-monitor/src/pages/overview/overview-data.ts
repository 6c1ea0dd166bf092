import type { QueueStats } from '@philjs/jobs-core';
import type { FailureGroup } from '../../failures/failure-group.ts';
import type { Percentiles } from '../../metrics/percentiles.ts';
import type { HealthProblem, SystemHealth } from '../../monitor/system-health.ts';
import type { AwayRow } from '../of-each.ts';
import type { ScheduleRow } from '../schedule-row.ts';

/** What the overview shows of a queue that answers. */
export interface QueueRow {
  readonly queue: string;
  /** When it was so, where its store does not answer: the figures are the last known. */
  readonly knownAt?: number;
  readonly stats: QueueStats;
  readonly paused: boolean;
  /** How many workers are alive; absent when the backend does not list them. */
  readonly workers?: number;
  /** Whether it has something to do soon, so that a worker is needed. */
  readonly needsWorker: boolean;
  readonly oldestWaitingMs?: number;
  readonly measured: boolean;
  readonly throughput: number;
  readonly failureRate: number;
  readonly perMinute: readonly number[];
  readonly wait?: Percentiles;
  readonly run?: Percentiles;
}

/** The groups of one queue's latest failures, and how many were looked at. */
export interface QueueFailures {
  readonly queue: string;
  readonly groups: readonly FailureGroup[];
  readonly scanned: number;
  readonly total: number;
}

/** What the overview shows. */
export interface OverviewData {
  readonly health: {
    readonly status: SystemHealth['status'];
    readonly problems: readonly HealthProblem[];
  };
  readonly queues: readonly QueueRow[];
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
  readonly failures: readonly QueueFailures[];
  /** The schedules that fire next, and how many there are. */
  readonly schedules: readonly ScheduleRow[];
  readonly scheduleCount: number;
}
