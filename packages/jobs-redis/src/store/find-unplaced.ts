import type { Unplaced } from '@philjs/jobs-core/backend';
import { decodeJobId } from '../keys/job-id.ts';
import { luaSource } from '../script/lua-source.ts';
import { CLOCK, DELAY, EMIT, FLOWS, KNOW_META, READY, STATE } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from './queue-store.ts';

/** How many keys of the server a worker looks at in one script, and in how many scripts a minute. */
const [KEYS_A_SCRIPT, SCRIPTS] = [250, 40];
/** How many keys an operator looks at in one script. */
const KEYS_A_CALL = 500;

/**
 * Looks at some keys of the server, behind a cursor, for jobs of the queue that are in no state, and puts these back into
 * one. An empty cursor stands for the one that was kept, which is moved on. With an `everyMs`, does nothing where another
 * worker looked within that time, or nothing happened since. Returns nothing then; else the next cursor, `0` at the end,
 * how many keys the server has, and the jobs that were put back.
 */
const findUnplacedScript = defineScript('FindUnplaced', 'cursor count everyMs')<
  [cursor: string, total: number, ...found: string[]] | []
>(
  CLOCK,
  EMIT,
  READY,
  DELAY,
  STATE,
  KNOW_META,
  FLOWS,
  luaSource(new URL('./place-unplaced.lua', import.meta.url)),
  luaSource(new URL('./find-unplaced.lua', import.meta.url)),
);

/**
 * Looks at up to 10,000 keys, behind those of the last call, for jobs that are in no state, unless that was done within the
 * time given, in milliseconds, or nothing happened in the queue since. Returns the ids of the jobs that it put back.
 */
export async function findSomeUnplaced(store: QueueStore, everyMs: number): Promise<string[]> {
  const ids: string[] = [];
  for (let script = 0; script < SCRIPTS; script += 1) {
    const args = { cursor: '', count: KEYS_A_SCRIPT, everyMs: script === 0 ? everyMs : 0 };
    const [cursor, , ...found] = await store.run(findUnplacedScript, args);
    ids.push(...found.map(decodeJobId));
    if (cursor === undefined || cursor === '0') break;
  }
  return ids;
}

/** Looks at some keys for jobs that are in no state, and puts these back into one; says where the next call begins. */
export async function findInNoState(
  store: QueueStore,
  { cursor = '0' }: { readonly cursor?: string },
): Promise<Unplaced> {
  const args = { cursor, count: KEYS_A_CALL, everyMs: 0 };
  const [next = '0', total = 0, ...found] = await store.run(findUnplacedScript, args);
  return { found: found.length, looked: KEYS_A_CALL, total, ...(next !== '0' && { cursor: next }) };
}
