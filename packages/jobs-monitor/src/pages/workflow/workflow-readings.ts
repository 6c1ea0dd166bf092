import type { WorkflowGraph } from '@philjs/jobs-core';
import type { Monitor } from '../../monitor/monitor.ts';
import { RestedReadings } from '../../monitor/rested-readings.ts';

/** The most workflows that are kept. */
const MOST = 10;

const readings = new WeakMap<Monitor, RestedReadings<WorkflowGraph>>();

/** Returns the readings of workflows that all pages of a monitor share. A large one is read less often. */
export function readingsOf(monitor: Monitor): RestedReadings<WorkflowGraph> {
  const known = readings.get(monitor) ?? new RestedReadings(monitor.clock, MOST);
  readings.set(monitor, known);
  return known;
}
