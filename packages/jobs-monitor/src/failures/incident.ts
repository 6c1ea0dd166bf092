import { bySize, type FailureGroup } from './failure-group.ts';
import type { FailureScan } from './scan-failures.ts';

/** How far back the rate of an incident is measured, in milliseconds. */
const RATE_MS = 10 * 60_000;
/** Into how many steps its time is divided. */
const STEPS = 24;

/** Names the jobs of an incident that have one name, in one queue. */
export interface IncidentJobs {
  readonly queue: string;
  readonly name: string;
  readonly count: number;
}

/** Describes one cause of failures, over all queues and names of jobs that have it. */
export interface Incident extends Omit<FailureGroup, 'names' | 'times' | 'sampleId' | 'sample'> {
  /** The failed jobs by queue and name, the most first. */
  readonly jobs: readonly IncidentJobs[];
  /** How many jobs failed a minute, over the last ten minutes. */
  readonly perMinute: number;
  /** How many jobs failed in each of 24 equal steps, from the first failure to now. */
  readonly trend: readonly number[];
  /** The latest job. */
  readonly sample: { readonly queue: string; readonly id: string; readonly message: string };
}

/** Rolls the failures of several queues up by their cause, the one with the most jobs first. */
export function toIncidents(
  scans: Iterable<readonly [queue: string, scan: Pick<FailureScan, 'groups'>]>,
  now: number,
): Incident[] {
  const causes = new Map<string, (FailureGroup & { readonly queue: string })[]>();
  for (const [queue, { groups }] of scans) {
    for (const group of groups) {
      const known = causes.get(group.key) ?? [];
      known.push({ ...group, queue });
      causes.set(group.key, known);
    }
  }
  return [...causes.values()].map((groups) => incidentOf(groups, now)).sort(bySize);
}

function incidentOf(
  groups: readonly (FailureGroup & { readonly queue: string })[],
  now: number,
): Incident {
  const latest = groups.reduce((last, one) => (one.lastAt > last.lastAt ? one : last));
  const { key, errorName, code, message, lastAt, sampleId, sample, queue } = latest;
  const sum = (read: (group: FailureGroup) => number): number =>
    groups.reduce((all, group) => all + read(group), 0);
  const open = groups.filter(({ unattended }) => unattended > 0);
  const times = groups.flatMap((group) => group.times);
  const firstAt = Math.min(...groups.map((group) => group.firstAt));
  return {
    ...{ key, errorName, ...(code !== undefined && { code }), message },
    count: sum(({ count }) => count),
    unattended: sum(({ unattended }) => unattended),
    openSince: Math.min(...(open.length > 0 ? open : groups).map((group) => group.openSince)),
    ...{ firstAt, lastAt },
    jobs: groups.flatMap(jobsOf).sort((a, b) => b.count - a.count),
    perMinute: rateOf(times, now),
    trend: trendOf(times, firstAt, now),
    sample: { queue, id: sampleId, message: sample },
  };
}

function jobsOf(group: FailureGroup & { readonly queue: string }): IncidentJobs[] {
  return [...group.names].map(([name, count]) => ({ queue: group.queue, name, count }));
}

/** Counts the failures of the last ten minutes, by the minute; of a younger incident since it began. */
function rateOf(times: readonly number[], now: number): number {
  const recent = times.filter((at) => at > now - RATE_MS);
  const first = recent.reduce((least, at) => Math.min(least, at), now);
  const isOlder = times.length > recent.length;
  const minutes = isOlder ? RATE_MS / 60_000 : Math.max(1, (now - first) / 60_000);
  return recent.length / minutes;
}

function trendOf(times: readonly number[], from: number, now: number): number[] {
  const counts = new Array<number>(STEPS).fill(0);
  const step = Math.max(1, now - from) / STEPS;
  for (const at of times) {
    const index = Math.min(STEPS - 1, Math.max(0, Math.floor((at - from) / step)));
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}
