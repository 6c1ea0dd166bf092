import type { Benchmark } from './benchmark/benchmark.ts';
import { memoryDelayed } from './benchmarks/memory-delayed.ts';
import { memoryGrowth } from './benchmarks/memory-growth.ts';
import { memoryHeap } from './benchmarks/memory-heap.ts';
import { memoryLatency } from './benchmarks/memory-latency.ts';
import { memoryMetrics } from './benchmarks/memory-metrics.ts';
import { memoryRun } from './benchmarks/memory-run.ts';

/** All benchmarks, in the order in which they are run and shown. */
export const benchmarks: readonly Benchmark[] = [
  memoryRun,
  memoryLatency,
  memoryGrowth,
  memoryHeap,
  memoryDelayed,
  memoryMetrics,
];

/** Finds the benchmark of a name. */
export function findBenchmark(name: string): Benchmark {
  const found = benchmarks.find((benchmark) => benchmark.name === name);
  if (found === undefined) throw new Error(`There is no benchmark \`${name}\``);
  return found;
}
