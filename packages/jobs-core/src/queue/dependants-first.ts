import { TurnTaker } from '../clock/turn-taker.ts';
import type { Backend } from '../contract/backend.ts';
import { dependencyPages } from './dependency-pages.ts';
import { levelsOf } from './levels-of.ts';
import type { WorkflowEdge } from './workflow.ts';

/** How many jobs are looked at at once, and how many of those that one waits for are read in one call. */
const AT_ONCE = 25;
const PAGE = 1000;

/**
 * Puts jobs of a queue into levels for an action that ends or removes them: each before those that it waits for, since it
 * would fail for them. Those of one level do not wait for each other. Each job is in one level, once. Stops reading what they
 * wait for when `signal` aborts.
 */
export async function dependantsFirst(
  { backend, name }: { readonly backend: Pick<Backend, 'workflows'>; readonly name: string },
  given: readonly string[],
  signal?: AbortSignal,
): Promise<readonly (readonly string[])[]> {
  const ids = [...new Set(given)];
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
  const turns = new TurnTaker();
  const last = backend.workflows === undefined || ids.length < 2 ? 0 : ids.length;
  for (let start = 0; start < last && !signal?.aborted; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    await Promise.all(some.map((id, index) => findBefore(id, start + index)));
    await turns.take();
  }
  const levels = levelsOf({ nodes: ids, edges });
  // They were read one after the other: what changed meanwhile may look like a circle.
  for (const place of levels.flat()) places.delete(ids[place] as string);
  const all = levels.map((level) => level.map((place) => ids[place] as string));
  return [...all, [...places.keys()]].filter((level) => level.length > 0);
}
