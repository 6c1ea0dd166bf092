import type { SignalResult, StepStore } from '@philjs/jobs-core/backend';
import { storedIds } from '../keys/job-id.ts';
import { luaSource } from '../script/lua-source.ts';
import { CLOCK, EMIT, READY, STATE } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

const KEEP = luaSource(new URL('./keep-step.lua', import.meta.url));

/** Reads what steps left: fields and values, one after the other. */
const readScript = defineScript(
  'ReadSteps',
  'id',
)<string[]>(luaSource(new URL('./read-steps.lua', import.meta.url)));

/** Stores an entry if its lease is held; returns whether it was. */
const writeScript = defineScript('WriteStep', 'id token field text')(
  KEEP,
  luaSource(new URL('./write-step.lua', import.meta.url)),
);

/** Stores an entry of a job that has not ended, and makes the job ready if it waits for one. */
const signalScript = defineScript('Signal', 'id field text')<SignalResult>(
  EMIT,
  READY,
  STATE,
  CLOCK,
  KEEP,
  luaSource(new URL('./signal-job.lua', import.meta.url)),
);

/** Removes the entries of a job that has ended; returns whether it has. */
const clearScript = defineScript(
  'ClearSteps',
  'id',
)(luaSource(new URL('./clear-steps.lua', import.meta.url)));

/** Keeps what steps leave in a hash beside that of their job, which says whether there is one. */
export function redisStepStore(store: QueueStore): StepStore {
  return {
    read: async ({ id }) => {
      for (const stored of storedIds(id)) {
        const flat = await store.run(readScript, { id: stored });
        if (flat.length > 0) return pairsOf(flat);
      }
      return [];
    },
    write: async ({ lease, key: field, text }) => {
      for (const id of storedIds(lease.id)) {
        const args = { id, token: lease.fencingToken, field, text };
        if ((await store.run(writeScript, args)) === 1) return true;
      }
      return false;
    },
    signal: async ({ id, key: field, text }) => {
      for (const stored of storedIds(id)) {
        const answer = await store.run(signalScript, { id: stored, field, text });
        if (answer !== 'not-found') return answer;
      }
      return 'not-found';
    },
    clear: async ({ id }) => {
      for (const stored of storedIds(id)) {
        if ((await store.run(clearScript, { id: stored })) === 1) return true;
      }
      return false;
    },
  };
}

function pairsOf(flat: readonly string[]): { readonly key: string; readonly text: string }[] {
  const pairs: { key: string; text: string }[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    pairs.push({ key: String(flat[at]), text: String(flat[at + 1]) });
  }
  return pairs;
}
