import {
  type Clock,
  type ConsumeParams,
  type Consumer,
  type Logger,
  startLeaseConsumer,
} from '@philjs/jobs-core';
import { ForeignJobs } from '../bullmq-adapter/foreign-jobs.ts';
import type { SharedRead } from '../connection/shared-read.ts';
import type { OwnChannels } from '../store/own-channels.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { WorkflowTender } from '../workflow/workflow-tender.ts';
import { LimitKeeper } from './limit-keeper.ts';
import { MarkerWait } from './marker-wait.ts';
import { RedisLeaseStore } from './redis-lease-store.ts';
import { WorkerBeat } from './worker-beat.ts';

/** Holds the parts of a backend that the lease store of a worker needs. */
export interface LeaseParts {
  readonly queueName: string;
  readonly prefix: string;
  readonly store: QueueStore;
  readonly channels: OwnChannels;
  /** The read that waits for markers. */
  readonly markers: () => SharedRead<MarkerWait>;
  readonly onError: (error: unknown) => void;
}

/** Holds the parts that a consumer needs besides. */
export interface ConsumerParts extends LeaseParts {
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

/** Makes the lease store of a worker; it opens no connection until it is watched. */
export function makeLeases(parts: LeaseParts): {
  leases: RedisLeaseStore;
  foreign: ForeignJobs;
  marker: MarkerWait;
} {
  const { store, channels, queueName, prefix, onError } = parts;
  const marker = new MarkerWait(store.key('marker'), parts.markers());
  const foreign = new ForeignJobs(store, queueName, prefix, onError);
  const limits = new LimitKeeper(store);
  const leases = new RedisLeaseStore({ store, channels, foreign, limits, marker });
  return { leases, foreign, marker };
}

/** Consumes a queue by core's loop; resolves once jobs are being fetched. */
export async function startConsumer(parts: ConsumerParts): Promise<RedisConsumer> {
  const { store, params, clock, logger, onError } = parts;
  const { leases, foreign, marker } = makeLeases(parts);
  const beat = new WorkerBeat(store, params, logger);
  const tender = new WorkflowTender(store, onError);
  const end = (): void => {
    beat.stop();
    tender.stop();
    foreign.close();
  };
  try {
    await beat.start();
    const loop = await startLeaseConsumer({ store: leases, clock, params });
    tender.start();
    return {
      onError,
      stop: async (how) => {
        await loop.stop(how);
        end();
        await beat.leave();
      },
      abandon: () => {
        loop.abandon();
        end();
      },
    };
  } catch (error) {
    end();
    marker.close();
    throw error;
  }
}
