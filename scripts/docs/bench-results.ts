import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/workspace.js';

/** Holds the parts of a benchmark's latest full result that documents quote. */
export interface BenchResult {
  readonly benchmark: string;
  readonly conditions: {
    readonly takenAt: string;
    readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
    readonly versions: Readonly<Record<string, string>>;
    readonly load: { readonly before: number };
  };
  /** The figures of each contender, by case and contender, as in `concurrency 16; bullmq`. */
  readonly medians: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly median: number; readonly ratio?: number }>> | undefined
    >
  >;
  readonly verdicts: readonly {
    readonly title: string;
    readonly wanted: string;
    readonly value: number;
    readonly met: boolean;
  }[];
}

/** Reads the results of all benchmarks, by name. */
export function readBenchResults(): readonly BenchResult[] {
  const folder = join(root, 'packages/jobs-bench/results');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as BenchResult);
}
