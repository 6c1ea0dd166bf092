import { execFile, spawn } from 'node:child_process';
import { randomBytes, scrypt, webcrypto } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer as createPages } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { createGzip, gzip } from 'node:zlib';
import { defineJob, type JobContext } from '@philjs/jobs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestClock, drain } from '../src/index.ts';
import { silentLogger } from '../src/suite/silent-logger.ts';
import { createQueue } from './support/memory.ts';

let server: Server;

beforeAll(async () => {
  server = createServer((socket) => setTimeout(() => socket.end('hello'), 30));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

const pages = createPages((_request, response) => setTimeout(() => response.end('page'), 20));
beforeAll(() => once(pages.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => {
  pages.closeAllConnections();
  pages.close();
});

async function fetchPage(): Promise<string> {
  const { port } = pages.address() as { readonly port: number };
  return (await fetch(`http://127.0.0.1:${port}/`)).text();
}

async function fetchText(from = server): Promise<string> {
  const { port } = from.address() as { readonly port: number };
  return text(connect(port, '127.0.0.1'));
}

function trial(handler: (ctx: JobContext) => unknown, timeout = 5000) {
  const clock = createTestClock();
  const job = defineJob({
    name: 'io',
    attempts: 1,
    timeout,
    handler: ((_payload: unknown, ctx: JobContext) => handler(ctx)) as () => never,
  });
  const queue = createQueue({ jobs: [job], clock, concurrency: 2, logger: silentLogger });
  return { clock, queue, add: () => queue.enqueue('io', undefined as never) };
}

const reads = {
  files: async () => {
    for (let round = 0; round < 20; round++) await readFile(import.meta.filename);
    return 'read';
  },
  'a socket': async () => (await fetchText()) && 'read',
  'files, then for the clock': async (ctx: JobContext) => {
    await readFile(import.meta.filename);
    await ctx.sleep(100);
    return (await fetchText()) && 'read';
  },
};

describe.each(Object.entries(reads))('a handler that waits for %s', (_, handler) => {
  it('is not timed out by `drain`', async () => {
    const { queue, add } = trial(handler);
    const ids = [(await add()).id, (await add()).id, (await add()).id];
    expect(await drain(queue)).toMatchObject({ completed: 3, failed: 0 });
    for (const id of ids) expect((await queue.getJob(id))?.result).toBe('read');
    await queue.close();
  });

  it('is not timed out by `advance`, nor is one who waits for its job', async () => {
    const { clock, queue, add } = trial(handler);
    const { id } = await add();
    const waited = queue.waitFor(id, { timeout: 2000 });
    await queue.process();
    await clock.advance(10_000);
    expect(await waited).toBe('read');
    await queue.close();
  });
});

it('waits for real I/O although the process stands still meanwhile', async () => {
  const { clock, queue, add } = trial(async () => {
    for (let round = 0; round < 5; round++) await fetchText();
    return 'read';
  });
  const { id } = await add();
  await queue.process();
  setTimeout(() => {
    const end = performance.now() + 2_500;
    while (performance.now() < end);
  }, 5);
  await clock.advance(10_000);
  expect(await queue.getJob(id)).toMatchObject({ status: 'completed', result: 'read' });
  await queue.close();
});

const lasting = {
  'a timer': () => new Promise((resolve) => setTimeout(resolve, 10)),
  gzip: () => promisify(gzip)(randomBytes(300_000)),
  scrypt: () => promisify(scrypt)('secret', 'salt', 32),
  WebCrypto: () => webcrypto.subtle.digest('SHA-256', new Uint8Array(3_000_000)),
  'a pipeline of files': () =>
    pipeline(
      createReadStream(import.meta.filename),
      createGzip(),
      createWriteStream(`${tmpdir()}/real-work-${process.pid}.gz`),
    ),
  DNS: () => lookup('localhost'),
  'two fetches': async () => {
    await fetchPage();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await fetchPage();
  },
  'a process': () => promisify(execFile)(process.execPath, ['--version']),
  'a thread': () => once(new Worker('setTimeout(() => {}, 10)', { eval: true }), 'exit'),
};

it.each(Object.entries(lasting))('is not timed out while it waits for %s', async (_, handler) => {
  const { queue, add } = trial(async () => void (await handler()), 60_000);
  const { id } = await add();
  await drain(queue);
  expect((await queue.getJob(id))?.error).toBeUndefined();
  await queue.close();
});

it('drains although a test has replaced the timers of the platform', async () => {
  vi.useFakeTimers();
  try {
    const { queue, add } = trial(() => readFile(import.meta.filename, 'utf8'));
    await add();
    expect(await drain(queue)).toMatchObject({ completed: 1 });
    await queue.close();
  } finally {
    vi.useRealTimers();
  }
});

it('closes a queue whose handler waits for a clock that nobody turns', async () => {
  for (const options of [{}, { timeout: 0 }]) {
    const { queue, add } = trial((ctx) => ctx.sleep(3_600_000), 7_200_000);
    await add();
    await queue.process();
    await queue.close(options);
  }
});

it('goes on while a process that was not started by a handler waits for input', async () => {
  const { clock, queue, add } = trial((ctx) => ctx.sleep(3_600_000), 86_400_000);
  const { id } = await add();
  await queue.process();
  await clock.advance(1);
  // As in a pool, whose processes do not keep this one alive.
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket).unref();
  expect(clock.realWork).toEqual([]);
  await clock.advance(3_599_999);
  expect((await queue.getJob(id))?.status).toBe('completed');
  child.kill('SIGKILL');
  await queue.close({ timeout: 0 });
});

describe('a handler that never ends', () => {
  it('is timed out at once, whatever the process keeps open', async () => {
    const { clock, queue, add } = trial(() => new Promise(() => undefined), 60_000);
    const open = connect((server.address() as { readonly port: number }).port, '127.0.0.1');
    const interval = setInterval(() => undefined, 60_000);
    await once(open, 'connect');
    const { id } = await add();
    await queue.process();
    // Turns are counted, not time: a process that stands still makes none.
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 10);
    await clock.advance(60_000);
    clearInterval(turning);
    expect(turns).toBeLessThan(40);
    clearInterval(interval);
    open.destroy();
    expect((await queue.getJob(id))?.error).toMatchObject({ code: 'JOBS_TIMEOUT' });
    await queue.close();
  });

  it('on real I/O is timed out when its time has passed in reality too', async () => {
    const sockets: Socket[] = [];
    const silent = createServer({ allowHalfOpen: true }, (socket) => void sockets.push(socket));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { clock, queue, add } = trial(() => fetchText(silent), 50);
    const { id } = await add();
    await queue.process();
    await clock.advance(50);
    expect((await queue.getJob(id))?.error).toMatchObject({ code: 'JOBS_TIMEOUT' });
    for (const socket of sockets) socket.destroy();
    silent.close();
    await queue.close();
  });
});
