import {
  type Clock,
  type ConsumeParams,
  type Consumer,
  type LeaseConsumer,
  type Logger,
  startLeaseConsumer,
} from '@philjs/jobs-core';
import { ForeignJobs } from '../bullmq-adapter/foreign-jobs.ts';
import type { SharedRead } from '../connection/shared-read.ts';
import { RedisLimitStore } from '../parts/redis-limit-store.ts';
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

/** Makes the lease store of a worker; it opens no connection until it is watched. */
export function makeLeases(parts: LeaseParts): {
  leases: RedisLeaseStore;
  foreign: ForeignJobs;
  marker: MarkerWait;
} {
  const { store, channels, queueName, prefix, onError } = parts;
  const marker = new MarkerWait({ key: store.key('marker'), read: parts.markers() });
  const foreign = new ForeignJobs(store, queueName, prefix, onError);
  const limits = new LimitKeeper(store, new RedisLimitStore(store));
  return {
    leases: new RedisLeaseStore({ store, channels, foreign, limits, marker }),
    foreign,
    marker,
  };
}

/** Consumes a queue by core's loop. */
export class RedisConsumer implements Consumer {
  readonly #loop: LeaseConsumer;
  readonly #beat: WorkerBeat;
  readonly #tender: WorkflowTender;
  readonly #foreign: ForeignJobs;
  /** Reports an error to the worker. */
  readonly onError: (error: unknown) => void;

  constructor(
    loop: LeaseConsumer,
    beat: WorkerBeat,
    foreign: ForeignJobs,
    tender: WorkflowTender,
    onError: (error: unknown) => void,
  ) {
    this.onError = onError;
    this.#tender = tender;
    this.#loop = loop;
    this.#beat = beat;
    this.#foreign = foreign;
  }

  /** Starts one; resolves once jobs are being fetched. */
  static async start(parts: ConsumerParts): Promise<RedisConsumer> {
    const { store, params, clock, logger } = parts;
    const { leases, foreign, marker } = makeLeases(parts);
    const beat = new WorkerBeat(store, params, logger);
    try {
      await beat.start();
      const loop = await startLeaseConsumer({ store: leases, clock, params });
      const tender = new WorkflowTender(store, parts.onError);
      tender.start();
      return new RedisConsumer(loop, beat, foreign, tender, parts.onError);
    } catch (error) {
      beat.stop();
      marker.close();
      throw error;
    }
  }

  /** Stops; see `Consumer.stop`. */
  async stop(how: { readonly timeout: number }): Promise<void> {
    await this.#loop.stop(how);
    this.#end();
    await this.#beat.leave();
  }

  /** Ends at once, as if the process had died: gives nothing back, so that leases run out. */
  abandon(): void {
    this.#loop.abandon();
    this.#end();
  }

  #end(): void {
    this.#beat.stop();
    this.#tender.stop();
    this.#foreign.close();
  }
}
