import { inspect } from 'node:util';
import { defineJob, type IQueue, type Job } from '@philjs/jobs-core';
import { createMemoryStore, createQueue, createQueues } from '@philjs/jobs-memory';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, get } from './support/request.ts';
import { keptLogger } from './support/system.ts';

/** In fields that only the options of the dashboard call secret. */
const SECRET = 'correct-horse-battery-staple';

interface Bank {
  readonly queue: IQueue;
  readonly dashboard: Dashboard;
  readonly job: Job;
  /** Lets the schema refuse everything from here on, in words that quote the value, as those of some libraries do. */
  readonly refuse: () => void;
}

async function bank(): Promise<Bank> {
  let refuses = false;
  const validate = (value: unknown) =>
    refuses
      ? { issues: [{ message: `was ${JSON.stringify(value)}`, path: ['account'] }] }
      : { value };
  const pay = defineJob({
    name: 'pay',
    schema: {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate,
        types: undefined as { input: unknown; output: unknown } | undefined,
      },
    },
    handler: () => 'paid',
  });
  const store = createMemoryStore();
  const queue = createQueue({ name: 'bank', jobs: [pay], store, logger: keptLogger() });
  onTestFinished(() => queue.close({ timeout: 0 }));
  const job = await queue.enqueue(pay, { account: SECRET, customer: { nick: SECRET }, sum: 5 });
  const scheduler = {
    getAllScheduledJobs: () => [],
    getJobHistory: () => [],
    trigger: (id: string) => queue.enqueue(pay, { account: SECRET, id }),
  };
  const dashboard = createDashboard(new Monitor(queue, scheduler), {
    auth: 'none',
    permissions: PERMISSIONS.filter((permission) => permission !== 'reveal'),
    redact: ['account', 'payload.customer.nick'],
  });
  const refuse = (): void => {
    refuses = true;
  };
  return { queue, dashboard, job, refuse };
}

test('what a schema says of a stored payload shows no field that is hidden', async () => {
  const { dashboard, job, refuse } = await bank();
  const opened = await get(dashboard, `/-/payload?queue=bank&id=${job.id}`);
  const { text } = (await opened.json()) as { text: string };
  refuse();
  const [one, all] = [
    { queue: 'bank', id: job.id },
    { queue: 'bank', ids: [job.id] },
  ];
  for (const [action, body] of [
    ['edit', { ...one, payload: text.replace('5', '-5') }],
    ['duplicate', all],
    ['trigger', one],
  ] as const) {
    const response = await act(dashboard, action, body);
    const said = await response.text();
    expect([action, response.status, said]).toEqual([
      action,
      400,
      expect.stringContaining('account'),
    ]);
    expect(said).not.toContain(SECRET);
  }
});

test('a change of a waiting job that its schema refuses shows no field that is hidden', async () => {
  const { dashboard, job, refuse } = await bank();
  refuse();
  const opened = await get(dashboard, `/-/payload?queue=bank&id=${job.id}`);
  const { text } = (await opened.json()) as { text: string };
  const body = { queue: 'bank', id: job.id, payload: text };
  const said = await (await act(dashboard, 'update', body)).text();
  expect(said).toContain('account');
  expect(said).not.toContain(SECRET);
});

test('a payload that holds a mask is not enqueued', async () => {
  const { queue, dashboard } = await bank();
  for (const mask of ['[redacted]', '[redacted /payload/account]', 'now [redacted] twice']) {
    const payload = JSON.stringify({ account: mask });
    const response = await act(dashboard, 'enqueue', { queue: 'bank', name: 'pay', payload });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('mask'),
    ]);
  }
  expect((await queue.getStats()).total).toBe(1);
});

test('what a step of `migrate` says of a letter shows no field that is hidden, also once the letter is gone', async () => {
  let migrations = 0;
  const store = createMemoryStore();
  const log: string[] = [];
  const keep = (...said: unknown[]): void => void log.push(inspect(said, { depth: 10 }));
  const logger = { debug: keep, info: keep, warn: keep, error: keep };
  const job = { name: 'pay', queue: 'bank', attempts: 1, deadLetter: 'dead' } as const;
  const before = defineJob({
    ...job,
    handler: (_payload: { account: string }) => {
      throw new Error('no bank');
    },
  });
  const after = defineJob({
    ...job,
    version: 2,
    migrate: {
      1: (payload) => {
        migrations += 1;
        throw new Error(`there is no ${(payload as { account: string }).account}`);
      },
    },
    handler: (_payload: object) => 'paid',
  });
  const open = (pay: typeof before | typeof after) => {
    const queues = createQueues({ bank: {}, dead: {} }, { jobs: [pay], store, logger });
    onTestFinished(() => queues.close({ timeout: 0 }));
    return queues;
  };
  const old = open(before);
  await old.process({ queues: ['bank'] });
  await old.enqueue(before, { account: SECRET });
  await vi.waitFor(async () => expect(await old.get('dead').groups()).toHaveLength(1), 120_000);
  await old.stop();
  const queues = open(after);
  const dashboard = createDashboard(new Monitor([queues.get('bank'), queues.get('dead')]), {
    auth: 'none',
    permissions: PERMISSIONS,
    redact: ['account'],
  });
  log.length = 0;
  const [{ fingerprint, ids } = { fingerprint: '', ids: [] }] = await queues.get('dead').groups();
  const answer = await act(dashboard, 'redrive', { queue: 'dead', id: fingerprint });
  const said = await answer.text();
  expect([said, ...log].join('\n')).not.toContain(SECRET);
  // The operator learns which letter, and why.
  expect([answer.status, said]).toEqual([409, expect.stringContaining(ids[0] as string)]);
  expect(said).toContain('there is no [redacted]');
  const dead = queues.get('dead');
  const getJob = dead.getJob.bind(dead);
  vi.spyOn(dead, 'getJob').mockImplementation(async (id) =>
    migrations > 1 ? undefined : getJob(id),
  );
  const gone = await act(dashboard, 'redrive', { queue: 'dead', id: fingerprint });
  expect([gone.status, migrations]).toEqual([409, 2]);
  expect([await gone.text(), ...log].join('\n')).not.toContain(SECRET);
});

test('a key that a definition works out of a letter is not shown once the letter is gone', async () => {
  const store = createMemoryStore();
  let asked = 0;
  const handler = () => {
    throw new Error('no bank');
  };
  const job = { name: 'pay', queue: 'bank', attempts: 1, deadLetter: 'dead', handler } as const;
  const before = defineJob(job);
  const tags = ({ account }: { account: string }) => {
    asked += 1;
    return [` ${account}`];
  };
  const open = (pay: typeof before) => {
    const queues = createQueues({ bank: {}, dead: {} }, { jobs: [pay], store });
    onTestFinished(() => queues.close({ timeout: 0 }));
    return queues;
  };
  const old = open(before);
  await old.process({ queues: ['bank'] });
  await old.enqueue(before, { account: SECRET } as never);
  await vi.waitFor(async () => expect(await old.get('dead').groups()).toHaveLength(1), 120_000);
  await old.stop();
  const queues = open(defineJob({ ...job, tags } as never));
  const dead = queues.get('dead');
  const dashboard = createDashboard(new Monitor([queues.get('bank'), dead]), {
    ...({ auth: 'none', permissions: PERMISSIONS, redact: ['account'] } as const),
  });
  const [{ fingerprint, ids } = { fingerprint: '', ids: [] }] = await dead.groups();
  const getJob = dead.getJob.bind(dead);
  vi.spyOn(dead, 'getJob').mockImplementation(async (id) => (asked > 1 ? undefined : getJob(id)));
  for (const words of ['tags', 'cannot be read']) {
    const answer = await act(dashboard, 'redrive', { queue: 'dead', id: fingerprint });
    const said = await answer.text();
    expect([answer.status, said]).toEqual([400, expect.stringContaining(ids[0] as string)]);
    expect(said).toContain(words);
    expect(said).not.toContain(SECRET);
  }
});
