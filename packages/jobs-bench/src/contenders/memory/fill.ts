import type { EnqueueItem } from '@philjs/jobs-core';

const BATCH = 1000;

/** Enqueues many jobs, a thousand per call; makes each batch just before its call. */
export async function fill(
  queue: { enqueueMany(items: readonly EnqueueItem[]): Promise<unknown> },
  count: number,
  itemOf: (index: number) => EnqueueItem,
): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    const length = Math.min(BATCH, count - start);
    await queue.enqueueMany(Array.from({ length }, (_, index) => itemOf(start + index)));
  }
}
