/** Describes the time of a task. */
export interface Elapsed {
  /** The elapsed time, in milliseconds. */
  readonly wallMs: number;
  /** The processor time, over all threads of this process, in milliseconds. */
  readonly cpuMs: number;
}

/** Runs a task after a garbage collection and returns its time. */
export async function stopwatch(work: () => Promise<void>): Promise<Elapsed> {
  collectGarbage();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

/** Collects garbage; does nothing without `--expose-gc` (as in tests). */
export function collectGarbage(): void {
  globalThis.gc?.();
}

/** Returns the heap in use, in bytes, after a garbage collection. */
export function usedHeap(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
