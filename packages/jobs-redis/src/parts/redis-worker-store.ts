import type { WorkerInfo, WorkerRequest } from '@philjs/jobs-core';
import {
  type BackendContext,
  type ConsumeParams,
  WORKER_ALIVE_MS,
  type WorkerStore,
} from '@philjs/jobs-core/backend';
import {
  compareWorkers,
  type EndListing,
  seenWorker,
  startHeartbeat,
} from '@philjs/jobs-core/internal';
import { luaSource } from '../script/lua-source.ts';
import { CLOCK } from '../script/parts.ts';
import { defineScript, type Script } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** The argument of the scripts that tell live workers from dead ones. */
const ALIVE = { aliveMs: WORKER_ALIVE_MS };
/** How long removing the worker from the list may take when it stops, in milliseconds. */
const LEAVE_TIMEOUT_MS = 100;

/** Forgets a worker. */
const FORGET = luaSource(new URL('./forget-worker.lua', import.meta.url));

/** Stores the heartbeat of a worker, and forgets workers without a recent one. Returns what the worker was asked to do. */
const seeWorkerScript = defineScript('SeeWorker', 'worker description aliveMs')<string>(
  CLOCK,
  FORGET,
  luaSource(new URL('./see-worker.lua', import.meta.url)),
);

/** Forgets a worker, and wakes another for jobs it may have left. */
export const forgetWorkerScript: Script<'worker'> = defineScript('ForgetWorker', 'worker')(
  FORGET,
  luaSource(new URL('./leave.lua', import.meta.url)),
);

/** Stores a request to a live worker, which gets it with its next heartbeat. Returns whether it is listed. */
const askWorkerScript = defineScript('AskWorker', 'worker request aliveMs')(
  CLOCK,
  luaSource(new URL('./ask-worker.lua', import.meta.url)),
);

/**
 * Lists the workers with a recent heartbeat, oldest first. Returns of each its description, when it was seen and what
 * it was asked to do.
 */
const listWorkersScript = defineScript('ListWorkers', 'aliveMs')<
  [description: string, seenAt: string, asked: string][]
>(CLOCK, luaSource(new URL('./list-workers.lua', import.meta.url)));

/** Lists the workers whose last heartbeat is recent. */
export function redisWorkerStore(store: QueueStore): WorkerStore {
  return {
    list: async () => {
      const found = await store.run(listWorkersScript, ALIVE);
      const workers = found.map(([text, seenAt, asked]) => seenWorker(text, Number(seenAt), asked));
      return workers.sort(compareWorkers);
    },
    ask: async ({ id, request }) =>
      (await store.run(askWorkerScript, { worker: id, request, ...ALIVE })) === 1,
    see: ({ workers }) => Promise.all(workers.map((worker) => seeWorker(store, worker))),
    forget: async ({ id }) => void (await store.run(forgetWorkerScript, { worker: id })),
  };
}

/** Stores that a worker lives; returns what it was last asked to do. */
async function seeWorker(
  store: QueueStore,
  worker: WorkerInfo,
): Promise<WorkerRequest | undefined> {
  const args = { worker: worker.id, description: JSON.stringify(worker), ...ALIVE };
  // Only a checked request is stored; the script answers an empty text for none.
  return ((await store.run(seeWorkerScript, args)) || undefined) as WorkerRequest | undefined;
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
  const see = async (): Promise<WorkerRequest | undefined> =>
    seeWorker(store, worker).catch((error) => void onError(error));
  const endHeartbeat = await startHeartbeat({ ...params, clock, see });
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
