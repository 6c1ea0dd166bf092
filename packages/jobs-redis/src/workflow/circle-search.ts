import type { NewJob } from '@philjs/jobs-core/backend';
import { storedIds } from '../keys/job-id.ts';
import { checkQueueName } from '../keys/queue-name.ts';
import { luaSource } from '../script/lua-source.ts';
import { FLOW } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** How many jobs one script reads the edges of. */
const MOST_JOBS = 500;

/**
 * Reads what jobs wait for. After the named argument come the refs of the jobs; `from` is the rank of the first edge to read
 * of the first job. Returns how often edges had been added that may close a circle, how many of the jobs it has finished, the
 * rank to go on from in the next one, and for each job the refs of what it waits for.
 */
const searchScript = defineScript('SearchCircle', 'from')<
  readonly [grown: string, done: number, from: number, refs: readonly string[][]]
>(FLOW, luaSource(new URL('./search-circle.lua', import.meta.url)));

/** A child, and the stored ids of the jobs that it may turn out to be, where they hold its key. */
export interface SearchedChild extends Pick<NewJob, 'id' | 'dependsOn'> {
  readonly holders?: readonly string[];
}

/** The result of a search: the child that waits for the parent, if any does, and the state of the edges when it began. */
export interface SearchResult {
  readonly grown: string;
  readonly childId?: string;
}

/**
 * Searches among what children wait for, through all that is stored, for their parent. Reads it in pages: a script that
 * adds the edges then refuses to, if others were added meanwhile that may close a circle.
 */
export async function searchCircle(
  store: QueueStore,
  parent: string,
  children: readonly SearchedChild[],
): Promise<SearchResult> {
  const { queueName } = store;
  const goal = `${queueName}:${parent}`;
  const origins = originsOf(children, queueName);
  const left = [...origins.keys()];
  let grown: string | undefined;
  for (let at = 0, from = 0; at < left.length && !origins.has(goal); ) {
    const page = left.slice(at, at + MOST_JOBS);
    const [state, done, next, found] = await store.run(searchScript, { from }, page);
    grown ??= state;
    for (const [index, refs] of found.entries()) {
      const origin = origins.get(page[index] ?? '') ?? '';
      const fresh = refs.filter((ref) => !origins.has(ref));
      for (const ref of fresh) origins.set(ref, origin);
      left.push(...fresh);
    }
    at += done;
    from = next;
  }
  const childId = origins.get(goal);
  return { grown: grown ?? '0', ...(childId !== undefined && { childId }) };
}

/** Names the children, and what each waits for; returns the id of the child of each. */
function originsOf(children: readonly SearchedChild[], queueName: string): Map<string, string> {
  const origins = new Map<string, string>();
  for (const { id, dependsOn = [], holders = [] } of children) {
    for (const holder of holders) origins.set(`${queueName}:${holder}`, id);
    for (const ref of [{ queueName, id }, ...dependsOn]) {
      for (const stored of storedIds(ref.id)) {
        origins.set(`${checkQueueName(ref.queueName)}:${stored}`, id);
      }
    }
  }
  return origins;
}
