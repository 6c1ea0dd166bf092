import type { FailureScan } from '../failures/scan-failures.ts';
import type { AwayQueue } from './reading.ts';
import type { HealthProblem } from './system-health.ts';

/** Holds what a check of the health saw. */
export interface SeenFacts {
  /** The problems it found. */
  readonly problems: readonly HealthProblem[];
  /** The queues that did not answer. */
  readonly away: readonly AwayQueue[];
  /** The queues whose schedulers did not answer. */
  readonly unread: readonly string[];
  /** The failed jobs of the queues that could be read. */
  readonly failures: ReadonlyMap<string, FailureScan>;
}

/** Returns whether a problem that a check did not find may still be there: it could not look, or named others instead. */
export function mayGoOn({ kind, queue, group }: HealthProblem, seen: SeenFacts): boolean {
  const { problems, away, unread, failures } = seen;
  if (kind === 'store-away' || queue === undefined) return false;
  if (away.some((one) => one.queue === queue)) return true;
  if (kind === 'late-schedule') return unread.includes(queue);
  if (kind !== 'failures') return false;
  const scan = failures.get(queue);
  if (scan === undefined) return true;
  // The most frequent causes have a problem each, and the others share one.
  const isShared = problems.some(
    (one) => one.kind === kind && one.queue === queue && one.group === undefined,
  );
  return isShared && scan.groups.some(({ key, unattended }) => key === group && unattended > 0);
}
