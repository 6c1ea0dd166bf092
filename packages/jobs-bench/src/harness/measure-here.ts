import { findBenchmark } from '../registry.ts';
import type { Task } from './measure-apart.ts';

/** Does the task this process was made for, tells its parent what came of it, and ends. */
export async function measureHere(taskAsJson: string): Promise<void> {
  const { benchmark, params, ...surroundings } = JSON.parse(taskAsJson) as Task;
  const measured = await findBenchmark(benchmark).measure(params, surroundings);
  // Peers may leave sockets and timers behind; nobody waits for them.
  process.send?.(measured, () => process.exit());
}
