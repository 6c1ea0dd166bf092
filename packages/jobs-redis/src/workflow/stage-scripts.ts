import { setTimeout as sleep } from 'node:timers/promises';
import { luaSource } from '../script/lua-source.ts';
import {
  CLOCK,
  DELAY,
  EMIT,
  FLOW,
  FLOWS,
  KNOW_META,
  READY,
  REMOVING,
  STATE,
} from '../script/parts.ts';
import { defineScript, type Script } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';
import type { StagedAnswer } from './staged-answer.ts';

/** How long to wait before a workflow that another call stores is looked at again, in milliseconds. */
const LOOK_EVERY_MS = 50;

/**
 * Seals a workflow: from then on its jobs exist, and any worker would place them. The active job of a token, if one is
 * given, waits for them from now on. Returns 0, and seals nothing, when that lease is not held; -1 when any of its jobs,
 * `count` of which it has, were dropped meanwhile; -2 when the caller has to search for a circle, and to pass as `searched`
 * how often edges had been added that may close one when it began. `first` is one of them.
 */
export const sealScript: Script<'stage' | 'parent' | 'token' | 'count' | 'first' | 'searched'> =
  defineScript('SealWorkflow', 'stage parent token count first searched')(
    FLOW,
    luaSource(new URL('./seal-workflow.lua', import.meta.url)),
  );

/** Places jobs of a sealed workflow, after the edges to them. Returns whether any are left. */
const placeScript = defineScript('PlaceWorkflow', 'stage')(
  CLOCK,
  EMIT,
  READY,
  DELAY,
  FLOWS,
  luaSource(new URL('./place-workflow.lua', import.meta.url)),
);

/** Drops jobs of a workflow, unless it was sealed. Returns whether any are left. */
export const dropScript: Script<'stage'> = defineScript('DropWorkflow', 'stage')(
  EMIT,
  FLOWS,
  REMOVING,
  luaSource(new URL('./drop-workflow.lua', import.meta.url)),
);

/** Drops those of some jobs that are in no state; what waits for them waits for the next job of that id. */
const dropUnplacedScript = defineScript('DropUnplaced')(
  READY,
  STATE,
  KNOW_META,
  FLOWS,
  luaSource(new URL('./drop-unplaced.lua', import.meta.url)),
);

/** Places the jobs of a workflow that is sealed, or drops those of one that is not: alone, or along with others. */
export async function finishStage(
  store: QueueStore,
  stage: string,
  action: 'place' | 'drop',
): Promise<undefined> {
  const script = action === 'place' ? placeScript : dropScript;
  while ((await store.run(script, { stage })) === 1);
}

/**
 * Makes a call, again if it meets a workflow of another call: finishes that if its producer has died, else waits. If it meets
 * jobs that are in no state, and so unknown to all that read jobs, drops these first.
 */
export async function besideStages<T>(
  store: QueueStore,
  call: () => Promise<T | StagedAnswer>,
): Promise<T> {
  for (;;) {
    const answer = await call();
    if (!isStaged(answer)) return answer;
    const [, stage, action, ...unplaced] = answer;
    if (action === 'unplaced') await store.run(dropUnplacedScript, {}, unplaced);
    else if (action === 'wait') await sleep(LOOK_EVERY_MS);
    else await finishStage(store, stage, action);
  }
}

function isStaged(answer: unknown): answer is StagedAnswer {
  return Array.isArray(answer) && answer[0] === 'staged';
}
