import type { Logger } from '@philjs/jobs-core';
import type { Unplaced } from '@philjs/jobs-core/backend';
import { luaSource } from '../script/lua-source.ts';
import { CLOCK, FLOWS } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import { findInNoState, findSomeUnplaced } from '../store/find-unplaced.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { finishStage } from './stage-scripts.ts';

/** How often the workflows of a queue are looked at, over all its workers, in milliseconds. */
const EVERY_MS = 60_000;

/**
 * Begins to tend the workflows of a queue, if no worker did within the time given. Returns 1 if the caller is to tend
 * them, and each stage that is sealed and not yet placed, or was not sealed in time, with its score.
 */
const tendScript = defineScript('TendWorkflows', 'everyMs')<[begins: number, stages: string[]]>(
  CLOCK,
  luaSource(new URL('./tend-workflows.lua', import.meta.url)),
);

/**
 * Looks at what blocked jobs wait for, and closes the edges to jobs that another program ended or removed. Begins at
 * the blocked job of a turn and a place among its edges; returns how many jobs waited for one that is gone, and the next of
 * both, if any.
 */
const healScript = defineScript('HealWorkflows', 'turn place')<
  [healed: number, turn?: string, place?: string]
>(FLOWS, luaSource(new URL('./heal-workflows.lua', import.meta.url)));

/** Does a slice of what scripts left to do for workflows of the prefix. Returns whether something is left. */
const walkScript = defineScript('WalkWorkflows')(
  FLOWS,
  luaSource(new URL('./walk-workflows.lua', import.meta.url)),
);

/** Follows what scripts left to do for workflows of the prefix, until nothing is left. */
export async function walkWorkflows(store: QueueStore): Promise<void> {
  while ((await store.run(walkScript, {})) === 1);
}

/**
 * Looks after the workflows of a queue, and for jobs that are in no state, once a minute, unless another worker has looked
 * within the last one. Returns a function that ends this.
 */
export function keepTending(
  store: QueueStore,
  logger: Logger,
  onError: (error: unknown) => void,
): () => void {
  const tend = async (): Promise<void> => {
    await tendWorkflows(store, EVERY_MS - 5000);
    const found = await findSomeUnplaced(store, EVERY_MS - 5000);
    if (found.length > 0) logger.warn(toldOf(store.queueName, found));
  };
  const timer = setInterval(() => void tend().catch(onError), EVERY_MS);
  return () => clearInterval(timer);
}

/** Says how many jobs were in no state, and which, some of them. */
function toldOf(queueName: string, found: readonly string[]): string {
  const some = found.slice(0, 5).map((id) => JSON.stringify(id));
  const ids = found.length > some.length ? [...some, '…'] : some;
  return `Redis: ${found.length} of the stored jobs of ${JSON.stringify(queueName)} were in no state and are back in one: ${ids.join(', ')}`;
}

/**
 * Looks after the workflows of a queue, unless that was done within the time given, in milliseconds: releases or fails
 * jobs whose dependencies another program ended or removed, places jobs whose producer died after it had sealed them, and
 * drops jobs that were never sealed. Returns how many jobs waited for one that is gone.
 */
export async function tendWorkflows(store: QueueStore, everyMs: number): Promise<number> {
  const [begins, stages] = await store.run(tendScript, { everyMs });
  if (begins === 0) return 0;
  for (let index = 0; index + 1 < stages.length; index += 2) {
    await finishStage(store, stages[index] ?? '', stages[index + 1] === '0' ? 'place' : 'drop');
  }
  await walkWorkflows(store);
  let found = 0;
  let [turn, place]: readonly (string | undefined)[] = ['-inf', '0'];
  while (turn !== undefined && place !== undefined) {
    let healed: number;
    [healed, turn, place] = await store.run(healScript, { turn, place });
    found += healed;
  }
  return found;
}

/**
 * Looks at some keys for jobs that are in no state, and in its first call at all blocked jobs, for such as wait for what is
 * gone; see `Diagnostics.findUnplaced`.
 */
export async function findUnplaced(
  store: QueueStore,
  params: { readonly cursor?: string },
): Promise<Unplaced> {
  const healed = params.cursor === undefined ? await tendWorkflows(store, 0) : 0;
  const answer = await findInNoState(store, params);
  return { ...answer, found: answer.found + healed };
}
