import { findBenchmark } from '../registry.ts';
import type { Task } from './measure-apart.ts';

/** Runs the task of this process, sends the result to its parent, and ends. */
export async function measureHere(taskAsJson: string): Promise<void> {
  const { benchmark, params, ...surroundings } = JSON.parse(taskAsJson) as Task;
  const measured = await findBenchmark(benchmark).measure(params, surroundings);
  // Peers may leave sockets and timers open; they must not keep the process alive.
  process.send?.(measured, () => process.exit());
}
