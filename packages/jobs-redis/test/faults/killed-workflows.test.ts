import { setTimeout as sleep } from 'node:timers/promises';
import { RedisServer } from '@philjs/jobs-faults';
import { type FlowJob, WorkflowModel } from '@philjs/jobs-testkit/conformance';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createQueue } from '../../src/index.ts';
import type { RedisQueue } from '../../src/redis-queue.ts';
import { openClient } from '../server/open-client.ts';
import { KilledFleet } from './support/killed-fleet.ts';
import { type Fate, workflowNode } from './support/workflow-node.ts';

const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env['RUNS'] ?? 100);
const MOST_NODES = 200;
const NAMES = ['flow-0', 'flow-1', 'flow-2'] as const;

interface NodeSpec {
  readonly queue: number;
  readonly waitsFor: readonly number[];
  readonly onFailure: 'fail' | 'continue';
  readonly fate: Fate;
  readonly ms: number;
}

interface Change {
  readonly type: 'cancel' | 'remove' | 'retry';
  readonly pick: number;
}

const nodes = fc.array(
  fc.record<NodeSpec>({
    queue: fc.nat({ max: 2 }),
    waitsFor: fc.array(fc.nat(), { maxLength: 4 }),
    onFailure: fc.constantFrom('fail', 'fail', 'continue'),
    fate: fc.constantFrom<Fate>('completes', 'completes', 'completes', 'later', 'again', 'fails'),
    ms: fc.nat({ max: 60 }),
  }),
  { minLength: 5, maxLength: MOST_NODES, size: 'max' },
);
const changes = fc.array(
  fc.record<Change>({
    type: fc.constantFrom('cancel', 'remove', 'retry', 'retry'),
    pick: fc.nat(),
  }),
  { maxLength: 12, size: 'max' },
);

const node = workflowNode(async () => false);

let server: RedisServer;
let client: Redis;
let fleet: KilledFleet;
let queues: RedisQueue[];
beforeAll(async () => {
  server = await RedisServer.start();
  client = openClient(server);
  queues = NAMES.map((name) =>
    createQueue({ name, redis: server.url, jobs: [node], backendTimeout: 60_000 }),
  );
  fleet = new KilledFleet(server.url, NAMES);
  await fleet.start(4);
});
afterAll(async () => {
  await fleet.end();
  await Promise.all(queues.map((queue) => queue.close()));
  client.disconnect();
  await server.stop();
});

/** One workflow: in the store, and in the model that says what becomes of it. */
class KilledRun {
  readonly #model = new WorkflowModel();
  readonly #fates = new Map<string, Fate>();
  readonly #all: FlowJob[] = [];
  static #number = 0;
  readonly #prefix = `run-${++KilledRun.#number}`;

  async add(specs: readonly NodeSpec[]): Promise<void> {
    for (const [index, { queue, waitsFor, onFailure, fate, ms }] of specs.entries()) {
      const id = `${this.#prefix}-${index}`;
      const to = index === 0 ? [] : waitsFor.map((pick) => this.#all[pick % index] as FlowJob);
      this.#fates.set(id, fate);
      this.#all.push(this.#model.add({ queue, id }, to, onFailure));
      const dependsOn = to.map((other) => ({ queue: NAMES[other.queue] as string, id: other.id }));
      await this.#queueOf(queue).enqueue(
        node,
        { fate, ms },
        { jobId: id, ...(to.length > 0 && { dependsOn, onDependencyFailure: onFailure }) },
      );
    }
  }

  /** Changes a job whose state the model and the store agree on. */
  async change({ type, pick }: Change): Promise<void> {
    const states = {
      cancel: ['blocked', 'active'],
      remove: ['blocked', 'active', 'completed', 'failed', 'cancelled'],
      retry: ['failed', 'cancelled'],
    } as const;
    const job = this.#model.pick(states[type], pick);
    if (job === undefined) return;
    const queue = this.#queueOf(job.queue);
    const isEnded = job.state !== 'blocked' && job.state !== 'active';
    const { status } = (await queue.getJob(job.id)) ?? {};
    // One that was handed out to fail, and is blocked again, may not have been given back yet.
    if (isEnded ? status !== job.state : status === 'active') return;
    if (type === 'cancel') {
      expect(await queue.cancelJob(job.id)).toBe('cancelled');
      this.#model.end(job, 'cancelled');
    } else if (type === 'remove') {
      expect(await queue.removeJob(job.id)).toBe(true);
      this.#model.end(job, 'removed');
    } else {
      await queue.retryJob(job.id);
      this.#model.retry(job);
    }
  }

  async heal(): Promise<void> {
    for (const [id, fate] of this.#fates) {
      if (fate !== 'later') continue;
      this.#fates.set(id, 'completes');
      await client.sadd('healed', id);
    }
  }

  /** Lets everything run that may, here and in the model, and compares. */
  async settle(): Promise<void> {
    for (let job = this.#model.pick(['active'], 0); job; job = this.#model.pick(['active'], 0)) {
      const fate = this.#fates.get(job.id);
      this.#model.end(job, fate === 'fails' || fate === 'later' ? 'failed' : 'completed');
    }
    const expected = this.#all.map(({ id, state }) => `${id}: ${state}`);
    const deadline = performance.now() + 60_000;
    let seen: string[] = [];
    do {
      await sleep(50);
      seen = await this.#seen();
    } while (seen.join() !== expected.join() && performance.now() < deadline);
    expect(seen).toEqual(expected);
    for (const queue of queues) {
      expect(await queue.getStats()).toMatchObject({ blocked: 0, waiting: 0, active: 0 });
    }
  }

  async #seen(): Promise<string[]> {
    const found = this.#all.map(async ({ queue, id }) => {
      const job = await this.#queueOf(queue).getJob(id);
      return `${id}: ${job?.status ?? 'removed'}`;
    });
    return Promise.all(found);
  }

  #queueOf(number: number): RedisQueue {
    return queues[number] as RedisQueue;
  }
}

test(`workflows end as a model says though their workers are killed, FC_SEED=${SEED}`, async () => {
  let [runs, count] = [0, 0];
  const property = fc.asyncProperty(nodes, changes, changes, async (specs, early, late) => {
    const run = new KilledRun();
    for (const queue of queues) await queue.pause();
    await run.add(specs);
    for (const change of early) await run.change(change);
    for (const queue of queues) await queue.resume();
    await run.settle();
    for (const queue of queues) await queue.pause();
    await run.heal();
    for (const change of late) await run.change(change);
    for (const queue of queues) await queue.resume();
    await run.settle();
    for (const queue of queues) await queue.clear();
    runs += 1;
    count += specs.length;
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
  const left = (await client.keys('*')).filter((key) =>
    /pj:(edges|next|stage|releas|blocked|awaited)|::walks/.test(key),
  );
  process.stdout.write(
    `${JSON.stringify({ seed: SEED, runs, nodes: count, kills: fleet.kills, left })}\n`,
  );
  expect(fleet.kills).toBeGreaterThan(0);
  expect(left).toEqual([]);
}, 3_600_000);
