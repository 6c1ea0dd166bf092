import type { DependencyCounts } from '../contract/workflow-store.ts';

/** Counts the jobs for which the one that waits for them is to fail. */
export function countFailing({ failed, tolerated = 0 }: DependencyCounts): number {
  return failed - tolerated;
}
