import type { DependencyRecord } from '../contract/workflow-store.ts';
import type { JsonObject } from '../json/json-value.ts';

/**
 * Says, in the metadata of a copy of a job, how many of the jobs it waits for the job was given: those behind them are
 * the children that the job added. The store marks as children only what a run added itself.
 */
export const CHILDREN_FROM = 'philjs.childrenFrom';

/** Marks the children of a copied job in the pages of what it waits for. */
export async function* withChildren(
  pages: AsyncIterable<readonly DependencyRecord[]>,
  { [CHILDREN_FROM]: from }: JsonObject,
): AsyncGenerator<readonly DependencyRecord[], void, undefined> {
  let place = 0;
  for await (const page of pages) {
    const first = typeof from === 'number' ? Math.max(0, from - place) : page.length;
    place += page.length;
    yield page.map((one, index) => (index >= first ? { ...one, isChild: true } : one));
  }
}
