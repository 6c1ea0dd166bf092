import type { JobUpdate, UpdateStore } from '@philjs/jobs-core/backend';
import { storedIds } from '../keys/job-id.ts';
import { keyArgument } from '../record/job-arguments.ts';
import { parseOptions } from '../record/job-hash.ts';
import { updatedOptions } from '../record/job-options.ts';
import { encodeOrder } from '../record/order-text.ts';
import { toStoredPriority } from '../record/priority.ts';
import { encodePayload } from '../record/stored-json.ts';
import { luaSource } from '../script/lua-source.ts';
import { CLOCK, DELAY, EMIT, READY, STATE } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from './queue-store.ts';

const ARGUMENTS = 'once id before after data version ck rk order newPriority runAt delay isNote';

/**
 * Changes a waiting or delayed job; if only its metadata changes, a job in any state but active.
 * Without a priority as stored or a time to start it leaves these. With a payload come its version, the keys of limits
 * (`=` and the key, or an empty text for none), and perhaps what orders sort it by, after `=`; of these a job that BullMQ added
 * takes only the version. A waiting job that has other keys then stands in the line of those, at its position. Returns whether it changed the job; −1 when the options have changed meanwhile.
 */
const updateJobScript = defineScript('UpdateJob', ARGUMENTS)(
  CLOCK,
  EMIT,
  READY,
  DELAY,
  STATE,
  luaSource(new URL('./update-job.lua', import.meta.url)),
);

/** How many jobs are changed at once. */
const AT_ONCE = 50;
/** How many times a change is tried when another change came in between: of those that come at once, each try makes one. */
const TRIES = 1000;

/** Changes stored jobs; see `UpdateStore`. */
export async function updateJobs(
  store: QueueStore,
  { ids, changes }: Parameters<UpdateStore['update']>[0],
): Promise<number> {
  const stored = [...new Set(ids)].flatMap(storedIds);
  let changed = 0;
  for (let from = 0; from < stored.length; from += AT_ONCE) {
    const batch = stored.slice(from, from + AT_ONCE);
    const answers = await Promise.all(batch.map((id) => updateJob(store, id, changes)));
    changed += answers.filter((answer) => answer).length;
  }
  return changed;
}

/** Options are JSON that users wrote in part, so they are written here and compared by the script. */
async function updateJob(store: QueueStore, id: string, changes: JobUpdate): Promise<boolean> {
  const { link, key } = store;
  const wanted = changeArguments(changes);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = (await link.run((client) => client.hget(key(id), 'opts'))) ?? '';
    const after = updatedOptions(before, parseOptions(before || '{}'), changes);
    const answer = await store.run(updateJobScript, { id, before, after, ...wanted });
    if (answer !== -1) return answer === 1;
  }
  return false;
}

function changeArguments({ metadata, ...changes }: JobUpdate) {
  const { payload, priority, runAt, delayMs } = changes;
  const isNote = Object.values(changes).every((value) => value === undefined);
  return {
    data: payload === undefined ? '' : encodePayload(payload.value),
    version: payload?.version ?? '',
    ck: keyArgument(payload?.concurrencyKey),
    rk: keyArgument(payload?.rateKey),
    order: payload?.order === undefined ? '' : `=${encodeOrder(payload.order)}`,
    newPriority: priority === undefined ? '' : toStoredPriority(priority),
    runAt: runAt === undefined ? '' : Math.ceil(runAt),
    delay: delayMs ?? '',
    isNote: isNote ? '1' : '0',
  };
}
