import type { IQueue } from '@philjs/jobs-core';
import {
  Monitor,
  type Permission,
  type RedactOption,
  type ServedDashboard,
  serveDashboard,
} from '@philjs/jobs-monitor';
import { Scheduler } from '@philjs/jobs-scheduler';

/** What whoever starts the dashboard from a terminal may do there: everything but see what is masked. */
const EVERYTHING: readonly Permission[] = [
  'read',
  'retry',
  'cancel',
  'remove',
  'enqueue',
  'pause',
  'schedule',
];

/** Says how the dashboard is opened. */
export interface OpenDashboardOptions {
  /** The port; 0 is any free one. */
  readonly port: number;
  /** What is masked besides what always is. */
  readonly redact?: RedactOption | undefined;
  /** Whether it may only show. */
  readonly readOnly: boolean;
}

/** Serves the dashboard on this machine, for whoever opens its address first. */
export function openDashboard(
  queues: readonly IQueue[],
  { port, readOnly, redact }: OpenDashboardOptions,
): Promise<ServedDashboard> {
  const scheduled = queues.filter((queue) => queue.backend.capabilities.schedules);
  const monitor = new Monitor(
    queues,
    scheduled.map((queue) => new Scheduler(queue)),
  );
  return serveDashboard(monitor, {
    auth: 'token',
    port,
    redact,
    permissions: readOnly ? ['read'] : EVERYTHING,
  });
}
