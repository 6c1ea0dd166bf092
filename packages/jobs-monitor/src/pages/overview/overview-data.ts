import type { QueueStats } from '@philjs/jobs-core';
import type { Incident } from '../../failures/incident.ts';
import type { Percentiles } from '../../metrics/percentiles.ts';
import type { HealthProblem, SystemHealth } from '../../monitor/system-health.ts';
import type { AwayRow } from '../of-each.ts';
import type { ScheduleRow } from '../schedule-row.ts';

/** Holds a queue's row in the overview. */
export interface QueueRow {
  readonly queue: string;
  /** When the figures were read, if the store no longer answers; they are the last known ones. */
  readonly knownAt?: number;
  readonly stats: QueueStats;
  readonly paused: boolean;
  /** How many workers are alive; absent when the backend does not list them. */
  readonly workers?: number;
  /** Whether it has work soon, so that a worker is needed. */
  readonly needsWorker: boolean;
  readonly oldestWaitingMs?: number;
  readonly measured: boolean;
  readonly throughput: number;
  readonly failureRate: number;
  readonly perMinute: readonly number[];
  readonly wait?: Percentiles;
  readonly run?: Percentiles;
}

/** Holds the data of the overview. */
export interface OverviewData {
  readonly health: {
    readonly status: SystemHealth['status'];
    /** The problems; those that have one cause are one. */
    readonly problems: readonly HealthProblem[];
    /** Whether all of them are named. */
    readonly all: boolean;
  };
  readonly queues: readonly QueueRow[];
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
  /** The largest causes of failures, how many jobs were read for them, and how many failed. */
  readonly failures: {
    readonly incidents: readonly Incident[];
    readonly scanned: number;
    readonly total: number;
  };
  /** The schedules that fire next, and how many there are. */
  readonly schedules: readonly ScheduleRow[];
  readonly scheduleCount: number;
}
