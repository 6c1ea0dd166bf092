import type { Benchmark } from './benchmark/benchmark.ts';
import { memoryDelayed } from './benchmarks/memory-delayed.ts';
import { memoryGrowth } from './benchmarks/memory-growth.ts';
import { memoryHeap } from './benchmarks/memory-heap.ts';
import { memoryLatency } from './benchmarks/memory-latency.ts';
import { memoryMetrics } from './benchmarks/memory-metrics.ts';
import { memoryOrders } from './benchmarks/memory-orders.ts';
import { memoryRun } from './benchmarks/memory-run.ts';
import { postgresChurn } from './benchmarks/postgres-churn.ts';
import { postgresClaim } from './benchmarks/postgres-claim.ts';
import { postgresEnqueue } from './benchmarks/postgres-enqueue.ts';
import { postgresLatency } from './benchmarks/postgres-latency.ts';
import { postgresRun } from './benchmarks/postgres-run.ts';
import { redisEnqueue } from './benchmarks/redis-enqueue.ts';
import { redisIdle } from './benchmarks/redis-idle.ts';
import { redisLatency } from './benchmarks/redis-latency.ts';
import { redisLimitedCommands } from './benchmarks/redis-limited-commands.ts';
import { redisLimits } from './benchmarks/redis-limits.ts';
import { redisMemory } from './benchmarks/redis-memory.ts';
import { redisMetrics } from './benchmarks/redis-metrics.ts';
import { redisOrders } from './benchmarks/redis-orders.ts';
import { redisRun } from './benchmarks/redis-run.ts';
import { redisWorkflows } from './benchmarks/redis-workflows.ts';
import { scale } from './benchmarks/scale.ts';
import { schedulerLateness } from './benchmarks/scheduler-lateness.ts';
import { schedulerNextRun } from './benchmarks/scheduler-next-run.ts';
import { schedulerStartup } from './benchmarks/scheduler-startup.ts';
import { soak } from './benchmarks/soak.ts';
import { postgresOrders, sqliteOrders } from './benchmarks/sql-orders.ts';
import { sqliteEnqueue } from './benchmarks/sqlite-enqueue.ts';
import { sqliteLatency } from './benchmarks/sqlite-latency.ts';
import { sqliteRun } from './benchmarks/sqlite-run.ts';

/** All benchmarks, in the order in which they are run and shown. */
export const benchmarks: readonly Benchmark[] = [
  memoryRun,
  memoryLatency,
  memoryOrders,
  memoryGrowth,
  memoryHeap,
  memoryDelayed,
  memoryMetrics,
  sqliteRun,
  sqliteEnqueue,
  sqliteLatency,
  sqliteOrders,
  postgresRun,
  postgresEnqueue,
  postgresLatency,
  postgresClaim,
  postgresChurn,
  postgresOrders,
  redisRun,
  redisEnqueue,
  redisLatency,
  redisOrders,
  redisLimits,
  redisLimitedCommands,
  redisMemory,
  redisIdle,
  redisMetrics,
  redisWorkflows,
  schedulerLateness,
  schedulerStartup,
  schedulerNextRun,
  scale,
  soak,
];

/** Finds a benchmark by its name. */
export function findBenchmark(name: string): Benchmark {
  const found = benchmarks.find((benchmark) => benchmark.name === name);
  if (found === undefined) throw new Error(`There is no benchmark \`${name}\``);
  return found;
}
