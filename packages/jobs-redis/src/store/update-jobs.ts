import { type JobUpdate, keyHeldError, type UpdateStore } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import { decodeJobId, storedIds } from '../keys/job-id.ts';
import { keyArgument } from '../record/job-arguments.ts';
import { parseOptions } from '../record/job-hash.ts';
import { updatedOptions } from '../record/job-options.ts';
import { encodeOrder } from '../record/order-text.ts';
import { toStoredPriority } from '../record/priority.ts';
import { encodePayload } from '../record/stored-json.ts';
import { luaSource } from '../script/lua-source.ts';
import { CLOCK, DELAY, EMIT, HOLDER, KEYS, READY, STATE } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from './queue-store.ts';

const ARGUMENTS =
  'once id before after data version ck rk order deid lets ttl newPriority runAt delay isNote';

/**
 * Changes a waiting or delayed job; if only its metadata changes, a job in any state but active.
 * Without a priority as stored or a time to start it leaves these. With a payload come its version, the keys of limits
 * (`=` and the key, or an empty text for none), and perhaps what orders sort it by, and its deduplication key, after `=`; of
 * these a job that BullMQ added takes only the version. A waiting job that has other keys then stands in the line of those, at
 * its position. Returns whether it changed the job; −1 when the options have changed meanwhile; and the job that holds the key.
 */
const updateJobScript = defineScript('UpdateJob', ARGUMENTS)<number | [string]>(
  CLOCK,
  EMIT,
  READY,
  DELAY,
  STATE,
  KEYS,
  HOLDER,
  luaSource(new URL('./update-job.lua', import.meta.url)),
);

/** How many jobs are changed at once. */
const AT_ONCE = 50;
/** How many times a change is tried when another change came in between: of those that come at once, each try makes one. */
const TRIES = 1000;

/**
 * Changes stored jobs; see `UpdateStore`.
 *
 * @throws JobsError `JOBS_CONFLICT` when a single id is given and another job holds its new key
 */
export async function updateJobs(
  store: QueueStore,
  { ids, changes }: Parameters<UpdateStore['update']>[0],
): Promise<number> {
  const stored = [...new Set(ids)].flatMap(storedIds);
  let changed = 0;
  for (let from = 0; from < stored.length; from += AT_ONCE) {
    const batch = stored.slice(from, from + AT_ONCE);
    const answers = await Promise.all(batch.map((id) => updateJob(store, id, changes)));
    for (const heldBy of answers) {
      const [jobId] = ids;
      if (typeof heldBy === 'string' && ids.length === 1 && jobId !== undefined) {
        throw keyHeldError({ jobId, heldBy: decodeJobId(heldBy) });
      }
    }
    changed += answers.filter((answer) => answer === true).length;
  }
  return changed;
}

/**
 * Changes a job; returns whether it did, or the stored id of the holder of its new key. Options are JSON that users wrote in
 * part, so they are written here and compared by the script.
 */
async function updateJob(
  store: QueueStore,
  id: string,
  changes: JobUpdate,
): Promise<boolean | string> {
  const { link, key } = store;
  const wanted = changeArguments(changes);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const [before, keep] = await link.run((client) => client.hmget(key(id), 'opts', 'pj:keep'));
    const ours = keep === null ? { ...changes, payload: undefined } : changes;
    const after = updatedOptions(before ?? '', parseOptions(before || '{}'), ours);
    const given = { id, before: before ?? '', after, ...wanted };
    const answer = await store.run(updateJobScript, given);
    if (Array.isArray(answer)) return answer[0];
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
    deid:
      payload?.deduplication === undefined ? '' : `=${toText(payload.deduplication?.key ?? '')}`,
    lets: payload?.deduplication?.mode === 'drop' ? '' : '1',
    ttl: Math.ceil(payload?.deduplication?.ttlMs ?? 0),
    newPriority: priority === undefined ? '' : toStoredPriority(priority),
    runAt: runAt === undefined ? '' : Math.ceil(runAt),
    delay: delayMs ?? '',
    isNote: isNote ? '1' : '0',
  };
}
