import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisServer } from '@philjs/jobs-faults';
import { createQueue } from '@philjs/jobs-redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WrittenSpan } from './two-processes/start-tracing.ts';

const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const QUEUE = { 'messaging.system': 'philjs_jobs', 'messaging.destination.name': 'traced' };
const SENT = {
  ...QUEUE,
  'messaging.operation.name': 'enqueue',
  'messaging.operation.type': 'send',
};
const RUN = {
  ...QUEUE,
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
};

let server: RedisServer;
let folder: string;
let api: ChildProcess;
let worker: ChildProcess;
let spans: readonly WrittenSpan[];

/** Starts one of the programs; resolves with it and its first message. */
async function start(name: string): Promise<[ChildProcess, unknown]> {
  const program = join(import.meta.dirname, 'two-processes', `${name}.ts`);
  const env = { ...process.env, REDIS_URL: server.url };
  const child = fork(program, [join(folder, `${name}.jsonl`)], { env });
  const [message] = await once(child, 'message');
  return [child, message];
}

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.disconnect();
  expect(await exit).toEqual([0, null]);
}

async function readSpans(name: string): Promise<WrittenSpan[]> {
  const text = await readFile(join(folder, `${name}.jsonl`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as WrittenSpan);
}

beforeAll(async () => {
  server = await RedisServer.start();
  folder = await mkdtemp(join(tmpdir(), 'traces-'));
  const [[one, port], [other]] = await Promise.all([start('api'), start('worker')]);
  api = one;
  worker = other;
  await fetch(`http://127.0.0.1:${port}/orders`, {
    method: 'POST',
    headers: { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` },
  });
  const queue = createQueue({ name: 'traced', redis: server.url, enqueueTimeout: 60_000 });
  for (const id of ['order-o1', 'pack-o1', 'mail-o1']) await queue.waitFor(id, { timeout: 60_000 });
  await queue.close();
  await Promise.all([end(api), end(worker)]);
  spans = [...(await readSpans('api')), ...(await readSpans('worker'))];
});

afterAll(async () => {
  api?.kill('SIGKILL');
  worker?.kill('SIGKILL');
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Returns the one span of a job and a name, and of an attempt if there are several. */
function spanOf(jobId: string, name: string, attempt?: number): WrittenSpan {
  const found = spans.filter(
    ({ name: own, attributes }) =>
      own === name &&
      attributes['messaging.message.id'] === jobId &&
      (attempt === undefined || attributes['philjs.job.attempt'] === attempt),
  );
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('a request that is enqueued in one process and run in another', () => {
  test('is one trace of eight spans, two in the first process and six in the second', () => {
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([CALLER.traceId]));
    expect(spans.map(({ name, pid }) => `${name} ${pid === api.pid}`).sort()).toEqual([
      'POST /orders true',
      'enqueue traced false',
      'enqueue traced false',
      'enqueue traced true',
      'process traced false',
      'process traced false',
      'process traced false',
      'process traced false',
    ]);
    expect(worker.pid).not.toBe(api.pid);
  });

  test('begins with the request, a child of its caller, and the enqueueing below it', () => {
    const request = spans.find(({ name }) => name === 'POST /orders');
    expect(request).toMatchObject({
      kind: 'SERVER',
      status: 'UNSET',
      parentId: CALLER.spanId,
      remoteParent: true,
    });
    expect(spanOf('order-o1', 'enqueue traced')).toMatchObject({
      kind: 'PRODUCER',
      status: 'UNSET',
      parentId: request?.spanId,
      remoteParent: false,
      attributes: { ...SENT, 'philjs.job.name': 'order' },
      exceptions: [],
    });
  });

  test.each([
    {
      ...{ attempt: 1, status: 'ERROR', exceptions: ['the bank does not know o1 yet'] },
      ending: { 'error.type': 'TypeError', 'philjs.job.outcome': 'retrying' },
    },
    {
      ...{ attempt: 2, status: 'UNSET', exceptions: [] },
      ending: { 'philjs.job.outcome': 'completed' },
    },
  ])('goes on with attempt $attempt, a child of the enqueueing', (expected) => {
    const { attempt, status, exceptions, ending } = expected;
    const run = spanOf('order-o1', 'process traced', attempt);
    expect(run).toMatchObject({
      pid: worker.pid,
      kind: 'CONSUMER',
      status,
      exceptions,
      parentId: spanOf('order-o1', 'enqueue traced').spanId,
      remoteParent: true,
    });
    expect(run.attributes).toEqual({
      ...RUN,
      'messaging.message.id': 'order-o1',
      'philjs.job.name': 'order',
      'philjs.job.attempt': attempt,
      'philjs.job.max_attempts': 2,
      ...ending,
    });
  });

  test.each(['pack-o1', 'mail-o1'])('goes on to %s, from the attempt that enqueued it', (jobId) => {
    const sent = spanOf(jobId, 'enqueue traced');
    expect(sent).toMatchObject({
      pid: worker.pid,
      kind: 'PRODUCER',
      status: 'UNSET',
      parentId: spanOf('order-o1', 'process traced', 2).spanId,
      remoteParent: false,
    });
    expect(sent.attributes).toEqual({
      ...SENT,
      'philjs.job.name': 'follow-up',
      'messaging.message.id': jobId,
    });
    expect(spanOf(jobId, 'process traced')).toMatchObject({
      pid: worker.pid,
      kind: 'CONSUMER',
      status: 'UNSET',
      parentId: sent.spanId,
      remoteParent: true,
      attributes: { ...RUN, 'philjs.job.name': 'follow-up', 'philjs.job.attempt': 1 },
      exceptions: [],
    });
  });
});
