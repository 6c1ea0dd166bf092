import { defineJob } from '@philjs/jobs-core';
import { DEAD_LETTER } from '@philjs/jobs-core/internal';
import { createQueue as createMemoryQueue } from '@philjs/jobs-memory';
import { expect, it, onTestFinished } from 'vitest';
import { OPERATIONS } from '../src/protocol/operations.ts';
import { PRODUCER_ROUTES } from '../src/protocol/producer-routes.ts';
import { createRemote, type RemoteOptions } from '../src/server.ts';
import { checkedFetch } from './support/checked-fetch.ts';
import { newJob, secretOf, token } from './support/served.ts';

/** Lists the secrets, one for each place where a job, a schedule or a step may hold one. */
const SECRETS = {
  payload: 'violet-horse-11',
  metadata: 'amber-cactus-22',
  result: 'silver-otter-33',
  progress: 'copper-lemon-44',
  step: 'indigo-walnut-55',
  signal: 'olive-falcon-66',
  schedule: 'scarlet-badger-77',
  cause: 'cobalt-violin-88',
} as const;
const ALL: readonly string[] = Object.values(SECRETS);

const tokens = [
  token('reader', 'read'),
  token('shop', 'produce', 'read'),
  token('worker', 'read', 'work'),
  token('operator', 'operate'),
];
const silent = { debug() {}, info() {}, warn() {}, error() {} };

const charge = defineJob({
  name: 'charge',
  attempts: 1,
  handler: async (payload: { readonly password: string; readonly fails: boolean }, ctx) => {
    await ctx.step('open', async () => ({ token: SECRETS.step }));
    await ctx.updateProgress({ apiKey: SECRETS.progress });
    await ctx.log(`opened with ${payload.password} and ${SECRETS.metadata}`);
    if (payload.fails) throw new Error(`refused ${payload.password}: password=${SECRETS.cause}`);
    return { accessToken: SECRETS.result };
  },
});

/** Serves a queue of which every field that a reader may see quotes a secret. */
async function serve(options: Partial<RemoteOptions> = {}) {
  const queue = createMemoryQueue({ name: 'q', jobs: [charge], logger: silent });
  const remote = createRemote(queue, { tokens, ...options });
  onTestFinished(async () => {
    await remote.close();
    await queue.close();
  });
  const ask = (as: string, path: string, body?: object, method = 'POST'): Promise<Response> =>
    checkedFetch(remote.fetch)(
      new Request(`http://server.test/v1/queues/q/${path}`, {
        method,
        headers: { authorization: `Bearer ${secretOf(as)}` },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
  const fill = async (): Promise<void> => {
    const metadata = { secret: SECRETS.metadata };
    for (const [jobId, fails] of [
      ['good', false],
      ['bad', true],
    ] as const) {
      await queue.enqueue(
        charge,
        { password: SECRETS.payload, fails },
        { jobId, metadata, tags: [`of ${SECRETS.payload}`], fairKey: SECRETS.payload },
      );
    }
    const dependsOn = [await queue.getJob('good'), await queue.getJob('bad')] as never;
    const after = { password: '', fails: false };
    await queue.enqueue(charge, after, { jobId: 'after', dependsOn });
    const text = JSON.stringify({ at: 1, endedAt: 1, result: { password: SECRETS.signal } });
    await queue.backend.steps?.signal({ id: 'after', key: 'signal:paid', text, now: 0 });
    const job = { ...newJob, name: 'charge', payload: { password: SECRETS.schedule }, metadata };
    const spec = { description: `for ${SECRETS.schedule}`, job };
    const state = { paused: { at: 1, note: `was ${SECRETS.schedule}` } };
    await queue.backend.schedules?.put({
      schedule: { id: 's', jobName: 'charge', spec, state, nextAt: 1 } as never,
    });
    const packed = ['t', 1, 'h:1', 'f', 1, 1, `Error: refused ${SECRETS.payload}`, 'bad'];
    const lost = `Error: refused ${SECRETS.payload}`;
    const detail = { status: 'fired', error: lost, jobId: 'gone' };
    await queue.backend.schedules?.record({
      entries: [
        { scheduleId: 's', tickAt: 1, detail: { f: packed } },
        { scheduleId: 's', tickAt: 2, detail },
      ],
    });
  };
  const run = async (): Promise<void> => {
    await queue.process();
    await queue.waitFor('good');
    await queue.waitFor('after').catch(() => undefined);
  };
  return { queue, ask, fill, run };
}

const asked = (id: string) => ({ id });
/** The parameters with which each call shows most. */
const CALLS: Readonly<Record<string, readonly object[]>> = {
  get: ['good', 'bad', 'after'].map(asked),
  list: [{ statuses: ['completed', 'failed', 'blocked'], order: 'newest', limit: 10 }],
  'limits/read': [{ name: 'charge' }],
  'limits/barriers': [{ ...asked('good'), now: 0 }],
  'orders/place': [asked('good')],
  'workflows/dependencies': [{ job: { queueName: 'q', id: 'after' }, limit: 10 }],
  'schedules/get': [asked('s')],
  'schedules/list': [{ limit: 10 }],
  'schedules/liveRuns': [asked('s')],
  'schedules/history': [{ limit: 10 }],
  'keys/find': [{ key: 'k' }],
  'metrics/read': [{ from: 0, to: 1 }],
  'logs/read': ['good', 'bad'].flatMap((id) => [asked(id), { id, offset: 0, limit: 1 }]),
  'steps/read': ['good', 'after'].map(asked),
};

/** Reads everything that a token with the role `read` may ask for, but events. */
async function readAll(ask: Awaited<ReturnType<typeof serve>>['ask'], as: string): Promise<string> {
  let told = '';
  for (const [path, { roles }] of OPERATIONS) {
    // Memory has none to examine: what it finds never holds a secret, by the contract.
    if (!roles.includes('read') || path === 'diagnostics/examine') continue;
    for (const params of CALLS[path] ?? [{}]) {
      const answer = await ask(as, path, params);
      const text = await answer.text();
      expect(answer.status, `${path}: ${text}`).toBe(200);
      told += `${path}: ${text}\n`;
    }
  }
  for (const { method, path, roles } of Object.values(PRODUCER_ROUTES)) {
    if (!roles.includes('read') || method !== 'GET') continue;
    for (const id of ['good', 'bad', 'after']) {
      told += `${path}: ${await (await ask(as, path.replace(':id', id), undefined, method)).text()}\n`;
    }
  }
  return told;
}

function shownIn(told: string): string[] {
  return told.split('\n').filter((line) => ALL.some((secret) => line.includes(secret)));
}

it('masks all that a token with the role read asks for, and nothing for operate', async () => {
  const { ask, fill, run } = await serve();
  await fill();
  await run();
  const all = await readAll(ask, 'operator');
  expect(ALL.filter((secret) => !all.includes(secret))).toEqual([]);
  const masked = await readAll(ask, 'reader');
  expect(shownIn(masked)).toEqual([]);
  expect(masked).toContain('[redacted]');
  expect(masked.split('\n')).toHaveLength(all.split('\n').length);
});

it('masks the events of a queue and of a job for a token with the role read', async () => {
  const { ask, fill, run } = await serve();
  await fill();
  const streams = ['events', 'jobs/good/events', 'jobs/bad/events'];
  const read = async (as: string): Promise<Promise<string>[]> => {
    const answers = await Promise.all(streams.map((path) => ask(as, path, undefined, 'GET')));
    return answers.map((answer) => untilEnd(answer));
  };
  const masked = await read('reader');
  const open = await read('operator');
  await run();
  const told = (await Promise.all(open)).join('\n');
  for (const place of ['payload', 'result', 'progress', 'cause'] as const) {
    expect(told, place).toContain(SECRETS[place]);
  }
  expect(shownIn((await Promise.all(masked)).join('\n'))).toEqual([]);
});

/** Reads a stream until its job, or the last job of the queue, has ended. */
async function untilEnd(answer: Response): Promise<string> {
  let told = '';
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (
    !/event: end|"jobId":"after"[^\n]*"type":"failed"|"type":"failed"[^\n]*"jobId":"after"/.test(
      told,
    )
  ) {
    const { value, done = true } = (await reader?.read()) ?? {};
    if (done) break;
    told += value;
  }
  await reader?.cancel();
  return told;
}

it('shows a token that also produces what it enqueued, and masks what others did', async () => {
  const { ask, fill } = await serve();
  await fill();
  const payload = { password: SECRETS.payload, fails: false };
  await ask('shop', 'jobs', { name: 'charge', payload, options: { jobId: 'mine' } });
  const mine = { ...newJob, id: 'mine-too', name: 'charge', payload };
  await ask('shop', 'add', { jobs: [mine] });
  for (const id of ['mine', 'mine-too']) {
    expect(await (await ask('shop', 'get', { id })).text()).toContain(SECRETS.payload);
    const view = await ask('shop', `jobs/${id}`, undefined, 'GET');
    expect(await view.text()).toContain(SECRETS.payload);
  }
  expect(shownIn(await (await ask('shop', 'get', { id: 'good' })).text())).toEqual([]);
  expect(shownIn(await (await ask('shop', 'jobs/good', undefined, 'GET')).text())).toEqual([]);
  const taken = { name: 'charge', payload, options: { jobId: 'good' } };
  expect((await ask('shop', 'jobs', taken)).status).toBe(409);
  expect((await ask('shop', 'add', { jobs: [{ ...mine, id: 'good' }] })).status).toBe(409);
});

it('lets no token that produces and reads cancel what another enqueued, nor wait for its error', async () => {
  const { queue, ask, fill } = await serve();
  await fill();
  expect((await ask('shop', 'jobs/good/cancel', {})).status).toBe(404);
  expect((await queue.getJob('good'))?.status).toBe('waiting');
  const options = { dependsOn: ['good'] };
  expect((await ask('shop', 'jobs', { name: 'charge', payload: {}, options })).status).toBe(403);
  const dependsOn = [{ queueName: 'q', id: 'good' }];
  const jobs = [{ ...newJob, id: 'b', name: 'charge', dependsOn, onDependencyFailure: 'fail' }];
  expect((await ask('shop', 'workflows/add', { jobs })).status).toBe(403);
});

it('shows a worker what it works on, and masks what it may only read', async () => {
  const { ask, fill } = await serve();
  await fill();
  expect(await (await ask('worker', 'get', { id: 'good' })).text()).toContain(SECRETS.payload);
  const list = { statuses: ['waiting'], order: 'newest', limit: 10 };
  expect(shownIn(await (await ask('worker', 'list', list)).text())).toEqual([]);
});

it('masks the names and paths of its options, and nothing with false', async () => {
  const payload = { password: SECRETS.payload, iban: SECRETS.result, user: { nick: SECRETS.step } };
  const text = async (redact: RemoteOptions['redact']): Promise<string> => {
    const { queue, ask } = await serve({ redact });
    await queue.enqueue(charge, { ...payload, fails: false }, { jobId: 'a' });
    return (await ask('reader', 'get', { id: 'a' })).text();
  };
  expect(shownIn(await text(['iban', 'payload.user.nick']))).toEqual([]);
  expect(await text([])).toContain(SECRETS.step);
  expect(await text(false)).toContain(SECRETS.payload);
  await expect(text('iban' as never)).rejects.toThrow(/redact/);
});

it('masks what the codec of a job reads, not only what is stored', async () => {
  const codec = {
    encode: (value: unknown) => ({ box: btoa(JSON.stringify(value)) }),
    decode: (stored: unknown) => JSON.parse(atob((stored as { box: string }).box)) as unknown,
  };
  const sealed = defineJob({
    name: 'sealed',
    codec,
    handler: async (_: { readonly user: { readonly nick: string } }) => undefined,
  });
  const queue = createMemoryQueue({ name: 'sealed', jobs: [sealed] });
  const remote = createRemote(queue, { tokens, redact: ['payload.user.nick', 'iban'] });
  onTestFinished(() => remote.close().then(() => queue.close()));
  await queue.enqueue(sealed, { user: { nick: SECRETS.payload } }, { jobId: 'a' });
  const answer = await remote.fetch(
    new Request('http://server.test/v1/queues/sealed/jobs/a', {
      headers: { authorization: `Bearer ${secretOf('reader')}` },
    }),
  );
  expect(await answer.json()).toMatchObject({ payload: { user: { nick: '[redacted]' } } });
  // A dead letter holds the payload of its job, and the results of its steps, as they were stored.
  const [job] = (await queue.getJobs({ status: 'waiting' })).jobs;
  const payload = { queue: 'sealed', name: 'sealed', payload: codec.encode(job?.payload) };
  const result = codec.encode({ iban: SECRETS.step, note: `of ${SECRETS.payload}` });
  const steps = [{ key: 'step:open', text: JSON.stringify({ at: 1, endedAt: 1, result }) }];
  await queue.backend.add({ jobs: [{ ...newJob, id: 'b', name: DEAD_LETTER, payload, steps }] });
  const read = async (path: string): Promise<unknown> => {
    const request = new Request(`http://server.test/v1/queues/sealed/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretOf('reader')}` },
      body: JSON.stringify({ id: 'b' }),
    });
    return (await remote.fetch(request)).json();
  };
  expect(await read('get')).toMatchObject({
    payload: { queue: 'sealed', payload: { user: { nick: '[redacted]' } } },
  });
  const [step] = (await read('steps/read')) as { readonly text: string }[];
  expect(JSON.parse(step?.text ?? '')).toMatchObject({
    result: { iban: '[redacted]', note: 'of [redacted]' },
  });
});
