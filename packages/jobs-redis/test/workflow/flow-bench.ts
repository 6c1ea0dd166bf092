import { randomUUID } from 'node:crypto';
import { defineJob } from '@philjs/jobs-core';
import type { NewJob } from '@philjs/jobs-core/backend';
import type { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue } from 'bullmq';
import type { Redis } from 'ioredis';
import { connect } from '../../src/connection/connect.ts';
import { Link } from '../../src/connection/link.ts';
import { readTarget } from '../../src/connection/read-target.ts';
import type { RedisQueue } from '../../src/redis-queue.ts';
import { createQueue } from '../../src/redis-queue.ts';
import { Channels } from '../../src/store/channels.ts';
import { QueueStore } from '../../src/store/queue-store.ts';
import { addWorkflowScript } from '../../src/workflow/add-workflow-script.ts';
import { FlowWriter } from '../../src/workflow/flow-arguments.ts';
import { tendWorkflows } from '../../src/workflow/tend-workflows.ts';

/** A job that does nothing, and one that fails. */
export const work = defineJob({
  name: 'work',
  attempts: 1,
  handler: (payload?: number) => payload,
});
export const fails = defineJob({
  name: 'fails',
  attempts: 1,
  handler: () => {
    throw new Error('no');
  },
});

/** A queue, BullMQ's view of it, and what looks after its workflows once a minute. */
export class FlowBench {
  readonly queue: RedisQueue;
  readonly bull: BullQueue;
  readonly client: Redis;
  readonly store: QueueStore;
  readonly #link: Link;

  constructor(server: RedisServer) {
    const name = `flow-${randomUUID().slice(0, 8)}`;
    // A busy machine may keep the server from answering for longer than usual.
    const timeoutMs = 30_000;
    const options = {
      redis: server.url,
      prefix: 'bull',
      hashTag: false,
      enqueueTimeout: timeoutMs,
    };
    this.queue = createQueue({ ...options, name, jobs: [work, fails], concurrency: 50 });
    this.client = connect(readTarget(server.url), 'commands', 'bench') as Redis;
    this.client.on('error', () => undefined);
    this.bull = new BullQueue(name, { connection: this.client as never, prefix: 'bull' });
    this.#link = new Link(this.client, timeoutMs);
    const channels = new Channels(() => this.client, timeoutMs);
    this.store = new QueueStore({ link: this.#link, channels }, 'bull', name);
  }

  /** Connects. */
  async open(): Promise<void> {
    await this.#link.untilReady(60_000);
  }

  /** Looks after the workflows as a worker does once a minute. */
  async tend(): Promise<void> {
    await this.client.del(this.store.key('pj:tended'));
    await tendWorkflows(this.store, 60_000);
  }

  /** Makes a job as core does. */
  job(id: string, dependsOn: readonly string[] = []): NewJob {
    const now = Date.now();
    const keep = { ageMs: 86_400_000, count: 1000 };
    return {
      ...{ id, name: 'work', payload: 1, version: 1, priority: 0, maxAttempts: 1, metadata: {} },
      ...{ createdAt: now, runAt: now, keepCompleted: keep, keepFailed: keep, keepCancelled: keep },
      ...(dependsOn.length > 0 && {
        dependsOn: dependsOn.map((to) => ({ queueName: this.queue.name, id: to })),
        onDependencyFailure: 'fail' as const,
      }),
    };
  }

  /** Stores a workflow as a producer does that dies before it seals it. */
  async stage(stage: string, jobs: readonly NewJob[]): Promise<void> {
    const writer = new FlowWriter(jobs, this.queue.name);
    for (const slice of writer.slices()) {
      const rest = slice.flatMap((item) => writer.write(item));
      const flags = { before: 0, isVital: '0', gathered: '' };
      const args = { stage, parent: '', token: '', ...flags };
      await this.store.run(addWorkflowScript, args, rest);
    }
  }

  /** Leaves it to later scripts to let go of thousands of jobs of another workflow. */
  async leaveWalk(): Promise<void> {
    const key = this.store.key('gone');
    const refs = Array.from({ length: 5000 }, (_, at) => [at, `${this.queue.name}:no-${at}\0work`]);
    await this.client.zadd(key, ...refs.flat());
    const task = "cmsgpack.pack({ kind = 'letGo', key = KEYS[2] })";
    await this.client.eval(`redis.call('RPUSH', KEYS[1], ${task})`, 2, 'bull::walks', key);
  }

  /** Reads the keys of the queue that are not for good. */
  async leftovers(): Promise<string[]> {
    const keys = await this.client.keys('bull:*');
    return keys
      .filter((key) => /pj:(stag|edges|next|releasable|blocked)|:walk:|:walks/.test(key))
      .sort();
  }

  async close(): Promise<void> {
    await this.queue.close();
    await this.bull.close();
    this.#link.close();
  }
}
