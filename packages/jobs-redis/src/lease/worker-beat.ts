import type { BackendContext, ConsumeParams } from '@philjs/jobs-core';
import { type EndListing, startHeartbeat, type WorkerRequest } from '@philjs/jobs-core/backend';
import { forgetWorkerScript, seeWorkerScript } from '../parts/redis-worker-store.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { keepTending } from '../workflow/tend-workflows.ts';

/** How often a worker sends its heartbeat. */
const BEAT_MS = 15_000;
/** How long removing the worker from the list may take when it stops, in milliseconds. */
const LEAVE_TIMEOUT_MS = 100;

/**
 * Sends the heartbeat of a worker, warns when its event loop was blocked so long that it may look dead, and looks after the
 * workflows of its queue. Resolves once the worker is listed, or the server refused to store it, with a function that ends this.
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
  const endTending = keepTending(store, onError);
  return async (forget) => {
    endHeartbeat();
    clearInterval(watch);
    endTending();
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
