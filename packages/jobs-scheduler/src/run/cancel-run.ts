import type { IQueue } from '@philjs/jobs-core';

/** How many children are read at once. */
const PAGE = 1_000;
/** How many of them are cancelled at once. */
const AT_ONCE = 25;

/** Cancels a run of a schedule, and then the children that its handler added, and theirs: they are part of it. */
export async function cancelRun(queue: IQueue, jobId: string, reason: string): Promise<void> {
  // They are read before, as a job that has ended may be forgotten.
  const children = await childrenOf(queue, jobId);
  await queue.cancelJob(jobId, reason);
  for (let start = 0; start < children.length; start += AT_ONCE) {
    const some = children.slice(start, start + AT_ONCE);
    await Promise.all(some.map((id) => queue.cancelJob(id, reason)));
  }
}

/** Lists the jobs that a job and its children added and that did not complete; those that wait for others come first. */
async function childrenOf(queue: IQueue, jobId: string): Promise<readonly string[]> {
  const { workflows } = queue.backend;
  if (workflows === undefined) return [];
  const found = new Set([jobId]);
  for (const id of found) {
    let cursor: string | undefined;
    do {
      const page = await workflows.dependencies({
        job: { queueName: queue.name, id },
        unmet: true,
        limit: PAGE,
        ...(cursor !== undefined && { cursor }),
      });
      for (const child of page.dependencies) if (child.isChild === true) found.add(child.id);
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
  found.delete(jobId);
  return [...found];
}
