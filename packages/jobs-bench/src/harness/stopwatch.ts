/** What a piece of work took. */
export interface Elapsed {
  /** By the clock on the wall, in milliseconds. */
  readonly wallMs: number;
  /** By the processor, over all threads of this process, in milliseconds. */
  readonly cpuMs: number;
}

/** Runs a piece of work on a collected heap and tells what it took. */
export async function stopwatch(work: () => Promise<void>): Promise<Elapsed> {
  collectGarbage();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

/** Collects garbage; without `--expose-gc` (as in tests) it cannot and does nothing. */
export function collectGarbage(): void {
  globalThis.gc?.();
}

/** Returns how much heap is in use, after a collection. */
export function usedHeap(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
