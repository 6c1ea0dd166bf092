import {
  type Clock,
  type ConsumeParams,
  type Consumer,
  type Logger,
  startLeaseConsumer,
} from '@philjs/jobs-core';
import type { SharedRead } from '../connection/shared-read.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { keepTending } from '../workflow/tend-workflows.ts';
import type { MarkerWait } from './marker-wait.ts';
import { RedisLeaseStore } from './redis-lease-store.ts';
import { leaveWorkers, startWorkerBeat } from './worker-beat.ts';

/** Holds the parts that a consumer needs. */
export interface ConsumerParts {
  readonly store: QueueStore;
  /** The read that waits for markers. */
  readonly markers: SharedRead<MarkerWait>;
  readonly params: ConsumeParams;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A consumer that can also end as if its process had died. */
export interface RedisConsumer extends Consumer {
  /** Reports an error to the worker. */
  readonly onError: (error: unknown) => void;
  /** Ends at once, and gives nothing back, so that leases run out. */
  abandon(): void;
}

/** Consumes a queue by core's loop; resolves once jobs are being fetched. */
export async function startConsumer(parts: ConsumerParts): Promise<RedisConsumer> {
  const { store, markers, params, clock } = parts;
  const { onError } = params;
  const leases = new RedisLeaseStore(store, markers, onError);
  const ends: (() => void)[] = [() => leases.close()];
  const end = (): void => {
    for (const each of ends) each();
  };
  try {
    ends.push(await startWorkerBeat(parts));
    const loop = await startLeaseConsumer({ store: leases, clock, params });
    ends.push(keepTending(store, onError));
    return {
      onError,
      stop: async (how) => {
        await loop.stop(how);
        end();
        await leaveWorkers(store, params.worker.id);
      },
      abandon: () => {
        loop.abandon();
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}
