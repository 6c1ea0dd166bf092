import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { defineJob, type JobContext } from '@philjs/jobs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestClock, drain } from '../src/index.ts';
import { silentLogger } from '../src/suite/silent-logger.ts';
import { createQueue } from './support/memory.ts';

let server: Server;

beforeAll(async () => {
  server = createServer((socket) => setTimeout(() => socket.end('hello'), 30));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

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
