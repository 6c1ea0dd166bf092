import { createQueue } from '@philjs/jobs-memory';
import { expect, it } from 'vitest';
import { OPERATIONS } from '../src/protocol/operations.ts';
import { PRODUCER_ROUTES } from '../src/protocol/producer-routes.ts';
import { createRemote } from '../src/server.ts';
import { checkedFetch } from './support/checked-fetch.ts';
import { newJob } from './support/served.ts';

/** Whose token asks: that of the job, or another one. */
const CALLERS = ['produce, own', 'produce, other', 'read', 'work', 'operate'] as const;

const job = { ...newJob, id: 'new' };
const lease = { id: 'a', fencingToken: 1 };
const stalls = { max: 1, maxOf: {}, error: { name: 'Error', message: '' } };
const worker = { id: 'w', host: 'h', pid: 1, concurrency: 1, jobs: {}, startedAt: 0 };
const schedule = { id: 's', jobName: 'greet', spec: {}, state: {} };
const key = { key: 'k' };
const entry = { key: 'k', text: 'secret of mine' };
const asked = { id: 'a' };
const ids = { ids: ['a'] };
const order = { order: { policy: 'fifo' } };

/** The parameters by which each call is a good one. */
const PARAMS: Readonly<Record<string, object>> = {
  add: { jobs: [job] },
  get: asked,
  list: { statuses: ['waiting'], order: 'newest', limit: 1 },
  remove: ids,
  retry: ids,
  promote: ids,
  cancel: { ...asked, error: { name: 'Error', message: '' } },
  setPaused: { paused: false },
  setProgress: { lease, progress: 1 },
  'limiter/take': { ...key, max: 1, per: 1, now: 0 },
  'limiter/giveBack': { ...key, at: 0 },
  'limits/publish': { limits: {} },
  'limits/set': { name: 'greet' },
  'limits/read': { name: 'greet' },
  'limits/setPaused': { name: 'greet', paused: false },
  'limits/holdBack': { lease, ms: 1, now: 0 },
  'limits/barriers': { ...asked, now: 0 },
  'orders/adopt': order,
  'orders/set': order,
  'orders/place': asked,
  'workflows/add': { jobs: [job] },
  'workflows/addChildren': { lease, jobs: [], onDependencyFailure: 'fail' },
  'workflows/dependencies': { job: { queueName: 'q', id: 'a' }, limit: 1 },
  'schedules/put': { schedule },
  'schedules/putAll': { schedules: [] },
  'schedules/get': asked,
  'schedules/list': { limit: 1 },
  'schedules/remove': asked,
  'schedules/due': { limit: 1 },
  'schedules/fire': { ...asked, expectedRevision: 1, jobs: [], state: {}, entries: [] },
  'schedules/liveRuns': asked,
  'schedules/record': { entries: [] },
  'schedules/history': { limit: 1 },
  'keys/find': key,
  'keys/free': key,
  'metrics/record': { buckets: [] },
  'metrics/read': { from: 0, to: 1 },
  'logs/append': { ...asked, lines: [] },
  'logs/read': asked,
  'steps/read': asked,
  'steps/write': { lease, ...entry },
  'steps/signal': { ...asked, ...entry, now: 0 },
  'steps/clear': asked,
  'workers/ask': { id: 'w', request: 'quiet' },
  'updates/update': { ...ids, changes: {} },
  'leases/exchange': {
    holder: 'w',
    sequence: 1,
    ended: [],
    limit: 1,
    now: 0,
    leaseMs: 1000,
    limits: {},
    stalls,
  },
  'leases/extend': { holder: 'w', leases: [lease], now: 0, leaseMs: 1000 },
  'leases/wait': { worker, waitMs: 0 },
  'leases/leave': { holder: 'w' },
};

/** The bodies by which the routes for producers are good ones. */
const BODIES: Readonly<Record<string, object>> = {
  enqueue: { name: 'greet', payload: 'Ada' },
  enqueueMany: { jobs: [] },
};

function secretOf(caller: string): string {
  return caller.replaceAll(/\W/g, '-').padEnd(30, '.');
}

const tokens = CALLERS.map((name) => ({
  name,
  secret: secretOf(name),
  roles: [name.replace(/,.*/, '') as 'read'],
}));

/** Asks a server with one job, of the first caller, and tells in a word what came. */
async function ask(caller: string, method: string, path: string, body?: object): Promise<string> {
  const queue = createQueue({ name: 'q', unknownJobs: 'accept', logger: silent });
  const remote = createRemote(queue, { tokens });
  const fetch = checkedFetch(remote.fetch);
  const send = (as: string, how: string, where: string, what?: object): Promise<Response> =>
    fetch(
      new Request(`http://server.test/v1/queues/q/${where}`, {
        method: how,
        headers: { authorization: `Bearer ${secretOf(as)}` },
        ...(what && { body: JSON.stringify(what) }),
      }),
    );
  const mine = { name: 'greet', payload: 'secret of mine', options: { jobId: 'a' } };
  await send(CALLERS[0], 'POST', 'jobs', mine);
  await send('operate', 'POST', 'steps/signal', { ...asked, ...entry, now: 0 });
  const answer = await send(caller, method, path, body);
  let told = answer.status === 403 ? '–' : answer.status === 404 ? 'hidden' : 'yes';
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
    await answer.body?.cancel();
  } else {
    const text = await answer.text();
    if (path === 'get' && text === 'null') told = 'hidden';
    if (path === 'steps/read' && text === '[]') told = 'hidden';
    if (/^(cancel|steps.signal)$/.test(path) && text === '"not-found"') told = 'hidden';
    if (caller === 'produce, other') expect(text).not.toContain('secret of mine');
    expect(answer.status, `${caller} ${path}: ${text}`).not.toBe(400);
  }
  await remote.close();
  await queue.close();
  return told;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

it('lets each role make the calls that it is for, on the jobs that it is for, and no others', async () => {
  const calls = [
    ...Object.entries(PRODUCER_ROUTES).map(([name, { method, path }]) => {
      const query = name === 'wait' ? '?timeout=0' : '';
      return [method, `${path.replace(':id', 'a')}${query}`, BODIES[name]] as const;
    }),
    ['GET', 'events', undefined] as const,
    ...[...OPERATIONS.keys()].map((path) => ['POST', path, PARAMS[path] ?? {}] as const),
  ];
  const rows = [`| Call | ${CALLERS.join(' | ')} |`, `|---|${'---|'.repeat(CALLERS.length)}`];
  for (const [method, path, body] of calls) {
    const cells = [];
    for (const caller of CALLERS) cells.push(await ask(caller, method, path, body));
    rows.push(`| ${method} ${path} | ${cells.join(' | ')} |`);
  }
  await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot('roles.md');
});
