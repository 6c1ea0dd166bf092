import type { JobUpdate, UpdateStore } from '@philjs/jobs-core';
import { storedIds } from '../keys/job-id.ts';
import { keyArgument } from '../record/job-arguments.ts';
import { parseOptions } from '../record/job-hash.ts';
import { updatedOptions } from '../record/job-options.ts';
import { encodeOrder } from '../record/order-text.ts';
import { toStoredPriority } from '../record/priority.ts';
import { encodePayload } from '../record/stored-json.ts';
import { updateJobScript } from '../script/update-job-script.ts';
import type { QueueStore } from './queue-store.ts';

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
    hasPayload: payload === undefined ? '0' : '1',
    data: payload === undefined ? '' : encodePayload(payload.value),
    version: payload?.version ?? '',
    ck: keyArgument(payload?.concurrencyKey),
    rk: keyArgument(payload?.rateKey),
    hasOrder: payload?.order === undefined ? '0' : '1',
    order: encodeOrder(payload?.order),
    newPriority: priority === undefined ? '' : toStoredPriority(priority),
    runAt: runAt === undefined ? '' : Math.ceil(runAt),
    delay: delayMs ?? '',
    isNote: isNote ? '1' : '0',
  };
}
