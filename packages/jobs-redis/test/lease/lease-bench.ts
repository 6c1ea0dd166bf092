import { randomUUID } from 'node:crypto';
import type { JobLimits } from '@philjs/jobs-core';
import type { EndedLease, JobRecord, NewJob, Outcome } from '@philjs/jobs-core/backend';
import type { RedisServer } from '@philjs/jobs-faults';
import type { Redis } from 'ioredis';
import { connect } from '../../src/connection/connect.ts';
import { Link } from '../../src/connection/link.ts';
import { readTarget } from '../../src/connection/read-target.ts';
import { SharedRead } from '../../src/connection/shared-read.ts';
import { markerCommand } from '../../src/lease/marker-wait.ts';
import { RedisLeaseStore } from '../../src/lease/redis-lease-store.ts';
import { Channels } from '../../src/store/channels.ts';
import { JobStore } from '../../src/store/job-store.ts';
import { QueueStore } from '../../src/store/queue-store.ts';

const KEEP = { ageMs: 86_400_000, count: 1000 };

/** One queue without a loop: what workers ask of the store is asked by the test. */
export class LeaseBench {
  readonly name: string = `lease-${randomUUID().slice(0, 8)}`;
  readonly store: QueueStore;
  readonly jobs: JobStore;
  readonly client: Redis;
  readonly #link: Link;
  readonly #channels: Channels;
  readonly #leases: RedisLeaseStore;
  #sequences = new Map<string, number>();

  constructor(server: RedisServer) {
    const target = readTarget(server.url);
    const open = (): Redis => connect(target, 'commands', 'bench') as Redis;
    this.client = open();
    this.client.on('error', () => undefined);
    this.#link = new Link(this.client, 30_000);
    this.#channels = new Channels(open, 30_000);
    this.store = new QueueStore({ link: this.#link, channels: this.#channels }, 'bull', this.name);
    this.jobs = new JobStore(this.store);
    const link = (): Link => this.#link;
    const markers = new SharedRead(markerCommand(link), () => this.client, link);
    this.#leases = new RedisLeaseStore(this.store, markers, (error) => {
      throw error;
    });
  }

  /** Connects. */
  static async open(server: RedisServer): Promise<LeaseBench> {
    const bench = new LeaseBench(server);
    await bench.#link.untilReady(60_000);
    return bench;
  }

  get leases(): RedisLeaseStore {
    return this.#leases;
  }

  /** Stores jobs that wait by default. */
  async add(...jobs: (string | Partial<NewJob>)[]): Promise<void> {
    const now = Date.now();
    await this.jobs.add({
      jobs: jobs.map((job) => ({
        ...{ id: 'a', name: 'work', payload: null, version: 1, priority: 0, maxAttempts: 3 },
        ...{
          createdAt: now,
          runAt: now,
          metadata: {},
          keepCompleted: KEEP,
          keepFailed: KEEP,
          keepCancelled: KEEP,
        },
        ...(typeof job === 'string' ? { id: job } : job),
      })),
    });
  }

  /** Exchanges as a holder does that counts its calls. */
  exchange(
    holder: string,
    limit: number,
    ended: readonly EndedLease[] = [],
    more: { sequence?: number; leaseMs?: number; limits?: ReadonlyMap<string, JobLimits> } = {},
  ): ReturnType<RedisLeaseStore['exchange']> {
    const sequence = more.sequence ?? (this.#sequences.get(holder) ?? 0) + 1;
    this.#sequences.set(holder, sequence);
    return this.#leases.exchange({
      ...{ holder, sequence, limit, ended, now: Date.now(), leaseMs: more.leaseMs ?? 60_000 },
      limits: more.limits ?? new Map(),
      stalls: {
        max: 1,
        maxOf: new Map(),
        error: { name: 'JobsError', message: 'stalled', code: 'JOBS_STALLED' },
      },
    });
  }

  async close(): Promise<void> {
    this.#channels.close();
    this.#link.close();
  }
}

/** Says that a job ended. */
export function ended(job: JobRecord, outcome: Exclude<Outcome, { type: 'recorded' }>): EndedLease {
  return { lease: { id: job.id, fencingToken: job.fencingToken }, outcome };
}
