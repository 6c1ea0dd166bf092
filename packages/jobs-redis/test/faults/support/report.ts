import type { OracleLine } from './oracle.ts';

/** The figures a fault test prints and asserts on. */
export interface FaultReport {
  /** Jobs whose `enqueue` resolved. */
  readonly accepted: number;
  /** Of those, jobs whose handler ended at least once. */
  readonly completed: number;
  /** Starts of handlers. */
  readonly runs: number;
  /** Accepted jobs whose handler never ended. */
  readonly lost: number;
  /** Ends of handlers beyond the first of each job. */
  readonly duplicates: number;
  /** How long after a fault what it hit was under way again, in milliseconds. */
  readonly recovery: { readonly p50: number; readonly p99: number };
}

/** Counts what became of the accepted jobs. */
export function countRuns(
  accepted: readonly string[],
  lines: readonly OracleLine[],
  recoveriesMs: readonly number[],
): FaultReport {
  const ended = new Map<string, number>();
  let runs = 0;
  for (const { what, jobId } of lines) {
    if (what === 'start') runs += 1;
    if (what === 'end') ended.set(jobId, (ended.get(jobId) ?? 0) + 1);
  }
  const completed = accepted.filter((id) => ended.has(id)).length;
  const ends = [...ended.values()].reduce((sum, count) => sum + count, 0);
  return {
    accepted: accepted.length,
    completed,
    runs,
    lost: accepted.length - completed,
    duplicates: ends - ended.size,
    recovery: { p50: quantile(recoveriesMs, 0.5), p99: quantile(recoveriesMs, 0.99) },
  };
}

/** Prints the figures of a fault test, with whatever else it measured. */
export function printReport(title: string, report: Partial<FaultReport>, more: object = {}): void {
  process.stdout.write(`${title}: ${JSON.stringify({ ...report, ...more })}\n`);
}

/** The value that a fraction of the values does not exceed; 0 of none. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? 0;
}
