import { takeTurn } from '../clock/turn.ts';
import type { Backend } from '../contract/backend.ts';
import type { JobStatus } from '../contract/job-status.ts';
import { dependencyPages } from './dependency-pages.ts';
import { levelsOf } from './levels-of.ts';
import type { WorkflowEdge } from './workflow.ts';

/** How many jobs are looked at at once, and how many of those that one waits for are read in one call. */
const AT_ONCE = 25;
const PAGE = 1000;

/** Names a job that is to be ended or removed, and the state in which it was read, if it was. */
export interface JobToEnd {
  /** Its id. */
  readonly id: string;
  /** The state in which it was read; absent where it is not known. */
  readonly status?: JobStatus | undefined;
}

/**
 * Puts jobs of a queue into levels for an action that ends or removes them: each before those that it waits for, since it
 * would fail for them. Those of one level do not wait for each other. Each job is in one level, once. Asks only for those that
 * are blocked, or may be, what they wait for; stops that when `signal` aborts.
 */
export async function dependantsFirst(
  { backend, name }: { readonly backend: Pick<Backend, 'workflows'>; readonly name: string },
  given: readonly JobToEnd[],
  signal?: AbortSignal,
): Promise<readonly (readonly string[])[]> {
  const statuses = new Map<string, JobStatus | undefined>();
  for (const { id, status } of given) if (!statuses.has(id)) statuses.set(id, status);
  const mayWait = (id: string): boolean => (statuses.get(id) ?? 'blocked') === 'blocked';
  const ids = [...statuses.keys()].filter(mayWait);
  const others = [...statuses.keys()].filter((id) => !mayWait(id));
  const places = new Map(ids.map((id, place) => [id, place]));
  const edges: WorkflowEdge[] = [];
  const findBefore = async (id: string, to: number): Promise<void> => {
    const read = { job: { queueName: name, id }, unmet: true, withoutResults: true, limit: PAGE };
    for await (const page of dependencyPages(backend, read)) {
      for (const { queueName, id: before, status } of page) {
        // One that was removed is not the job that has its id now.
        const from = queueName === name && status !== 'removed' ? places.get(before) : undefined;
        if (from !== undefined) edges.push({ from, to });
      }
    }
  };
  const last = backend.workflows === undefined || ids.length < 2 ? 0 : ids.length;
  for (let start = 0; start < last && !signal?.aborted; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    await Promise.all(some.map((id, index) => findBefore(id, start + index)));
    await takeTurn();
  }
  const levels = levelsOf({ nodes: ids, edges });
  // They were read one after the other: what changed meanwhile may look like a circle.
  for (const place of levels.flat()) places.delete(ids[place] as string);
  const all = levels.map((level) => level.map((place) => ids[place] as string));
  return [...all, [...places.keys()], others].filter((level) => level.length > 0);
}
