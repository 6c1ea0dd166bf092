import type { WorkerRequest } from '@philjs/jobs-core';
import {
  type BackendContext,
  type ConsumeParams,
  compareWorkers,
  type EndListing,
  seenWorker,
  startHeartbeat,
  type WorkerStore,
} from '@philjs/jobs-core/backend';
import { CLOCK_LUA, defineScript, type Script } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** How often a worker sends its heartbeat. */
const BEAT_MS = 15_000;
/** How long removing the worker from the list may take when it stops, in milliseconds. */
const LEAVE_TIMEOUT_MS = 100;
/** How long a worker is listed after it was last seen. */
const FORGET_AFTER_MS = 35_000;

const FORGET_LUA = `
local function forget(id)
  call('HDEL', workersKey, id)
  call('ZREM', seenKey, id)
  call('HDEL', askedKey, id)
  -- It got some under other names if its calls had stayed lost for longer than a lease.
  for _, field in ipairs(call('HKEYS', answersKey)) do
    local owner = string.gsub(string.match(field, '^(.*):%d+$'), '~%d+$', '')
    if owner == id then call('HDEL', answersKey, field) end
  end
end
`;

/** Stores the heartbeat of a worker, and forgets workers without a recent one. Returns what the worker was asked to do. */
const seeWorkerScript = defineScript('SeeWorker', 'worker description')<string>`
${CLOCK_LUA}${FORGET_LUA}
for _, id in ipairs(call('ZRANGEBYSCORE', seenKey, '-inf', now - ${FORGET_AFTER_MS})) do forget(id) end
-- Removes first: a server out of memory permits that, and then the rest of the script.
call('ZREM', seenKey, worker)
call('ZADD', seenKey, now, worker)
call('HSET', workersKey, worker, description)
return call('HGET', askedKey, worker) or ''
`;

/** Forgets a worker, and wakes another for jobs it may have left. */
export const forgetWorkerScript: Script<'worker'> = defineScript('ForgetWorker', 'worker')`
${FORGET_LUA}
forget(worker)
if call('HEXISTS', metaKey, 'paused') == 0 and call('EXISTS', waitKey, prioritizedKey, openKey, orderedKey) > 0 then
  call('ZADD', markerKey, 0, '0')
end
return 1
`;

/** Stores a request to a live worker, which gets it with its next heartbeat. Returns whether it is listed. */
const askWorkerScript = defineScript('AskWorker', 'worker request')`
${CLOCK_LUA}
local seenAt = tonumber(call('ZSCORE', seenKey, worker) or 0)
if seenAt <= now - ${FORGET_AFTER_MS} then return 0 end
call('HSET', askedKey, worker, request)
return 1
`;

/**
 * Lists the workers with a recent heartbeat, oldest first. Returns of each its description, when it was seen and what
 * it was asked to do.
 */
const listWorkersScript = defineScript('ListWorkers')<
  [description: string, seenAt: string, asked: string][]
>`
${CLOCK_LUA}
local seen = call('ZRANGEBYSCORE', seenKey, '(' .. (now - ${FORGET_AFTER_MS}), '+inf', 'WITHSCORES')
local found = {}
for i = 1, #seen, 2 do
  local worker = call('HGET', workersKey, seen[i])
  if worker then found[#found + 1] = { worker, seen[i + 1], call('HGET', askedKey, seen[i]) or '' } end
end
return found
`;

/** Lists the workers whose last heartbeat is recent. */
export function redisWorkerStore(store: QueueStore): WorkerStore {
  return {
    list: async () => {
      const found = await store.run(listWorkersScript, {});
      const workers = found.map(([text, seenAt, asked]) => seenWorker(text, Number(seenAt), asked));
      return workers.sort(compareWorkers);
    },
    ask: async ({ id, request }) =>
      (await store.run(askWorkerScript, { worker: id, request })) === 1,
  };
}

/**
 * Sends the heartbeat of a worker, and warns when its event loop was blocked so long that it may look dead. Resolves once
 * the worker is listed, or the server refused to store it, with a function that ends this.
 */
export async function listWorker(
  store: QueueStore,
  { clock, logger }: BackendContext,
  params: ConsumeParams,
): Promise<EndListing> {
  const { worker, lockDuration, onError } = params;
  const args = { worker: worker.id, description: JSON.stringify(worker) };
  const see = async (): Promise<WorkerRequest | undefined> => {
    const asked = await store.run(seeWorkerScript, args).catch(onError);
    // Only a checked request is stored; the script answers an empty text for none.
    return asked ? (asked as WorkerRequest) : undefined;
  };
  const endHeartbeat = await startHeartbeat({ ...params, clock, everyMs: BEAT_MS, see });
  const every = Math.max(50, lockDuration / 2);
  let dueAt = performance.now() + every;
  const watch = setInterval(() => {
    const lateMs = performance.now() - dueAt;
    dueAt = performance.now() + every;
    if (lateMs < lockDuration / 2) return;
    logger.warn(
      `The event loop was blocked for ${Math.round(lateMs)} ms, while leases last ${lockDuration} ms: jobs of this worker may have been given to others. Move long computations to a worker thread.`,
    );
  }, every);
  return async (forget) => {
    endHeartbeat();
    clearInterval(watch);
    if (!forget) return;
    // This also wakes another worker for jobs it may have left.
    const self = { worker: worker.id };
    const leaving = store.link.run(
      (client) => store.send(client, forgetWorkerScript, self),
      LEAVE_TIMEOUT_MS,
    );
    await leaving.catch(() => undefined);
  };
}
