import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/workspace.js';

interface Summary {
  readonly median: number;
}

/** Holds the parts of a benchmark's latest full result that documents quote. */
export interface BenchResult {
  readonly benchmark: string;
  readonly title: string;
  readonly conditions: {
    readonly takenAt: string;
    readonly size: string;
    readonly machine: {
      readonly cpu: string;
      readonly cores: number;
      readonly memoryGiB: number;
      readonly system: string;
      readonly node: string;
    };
    readonly versions: Readonly<Record<string, string>>;
    readonly load: { readonly before: number };
  };
  readonly cases: readonly {
    readonly title: string;
    readonly contenders: readonly {
      readonly id: string;
      readonly figures: Readonly<
        Record<string, { readonly summary: Summary; readonly ratio?: Summary } | undefined>
      >;
    }[];
  }[];
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
