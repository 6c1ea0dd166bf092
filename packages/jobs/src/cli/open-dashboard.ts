import type { IQueue } from '@philjs/jobs-core';
import {
  Monitor,
  PERMISSIONS,
  type Permission,
  type RedactOption,
  type ServedDashboard,
  serveDashboard,
} from '@philjs/jobs-monitor';
import { Scheduler } from '@philjs/jobs-scheduler';

/** The permissions of a dashboard started from a terminal: all except revealing masked values. */
const EVERYTHING: readonly Permission[] = PERMISSIONS.filter((each) => each !== 'reveal');

/** The options of {@link openDashboard}. */
export interface OpenDashboardOptions {
  /** The port; 0 is any free one. */
  readonly port: number;
  /** Fields to mask besides those that are always masked. */
  readonly redact?: RedactOption | undefined;
  /** Whether it is read-only. */
  readonly readOnly: boolean;
  /** The secret by which it knows its browser again. @default a new one */
  readonly session?: string | undefined;
}

/** Serves the dashboard on this machine, for the first browser that opens its address. */
export async function openDashboard(
  queues: readonly IQueue[],
  { port, readOnly, redact, session }: OpenDashboardOptions,
): Promise<ServedDashboard> {
  const scheduled = queues.filter((queue) => queue.backend.capabilities.schedules);
  const monitor = new Monitor(
    queues,
    scheduled.map((queue) => new Scheduler(queue)),
    // The page says what needs attention; the terminal shows only the address.
    { onHealthChange: () => undefined },
  );
  const served = await serveDashboard(monitor, {
    auth: 'token',
    session,
    port,
    redact,
    permissions: readOnly ? ['read'] : EVERYTHING,
  });
  // It samples the backlog for the page of metrics.
  monitor.start();
  return {
    ...served,
    close: async () => {
      monitor.stop();
      await served.close();
    },
  };
}
