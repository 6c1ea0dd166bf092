import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresServer, RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Bank, startBank } from '../shop/bank.ts';
import { OrderBook } from '../shop/order-book.ts';
import { ShopProcess } from './shop-process.ts';

interface ToldJob {
  readonly name: string;
  readonly status: string;
  readonly attemptsMade: number;
  readonly error?: string;
  readonly requestId?: string;
}

interface ToldOrder {
  readonly id: string;
  readonly status: string;
  readonly total: number;
  readonly jobs: readonly ToldJob[];
}

interface Report {
  readonly until: string;
  readonly orders: number;
  readonly cents: number;
}

interface ToldSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number };
}

const tea = { customer: 'ada@example.com', card: '4242', items: [{ sku: 'sencha', quantity: 2 }] };

/** Waits until the jobs of an order have ended, however often the answer comes before that. */
async function finishedIn(shop: ShopProcess, id: string): Promise<ToldOrder> {
  for (;;) {
    const { body } = await shop.request(`/orders/${id}?wait=20`);
    const order = body as ToldOrder;
    const isOver = ({ status }: ToldJob): boolean => status === 'completed' || status === 'failed';
    if (/shipped|declined/.test(order.status) && order.jobs.every(isOver)) return order;
  }
}

/** Starts what a backend needs; answers with the environment that chooses it. */
async function startStore(
  backend: 'memory' | 'SQLite' | 'PostgreSQL' | 'Redis',
  folder: string,
): Promise<{ env: Record<string, string>; stop: () => Promise<void> }> {
  if (backend === 'Redis') {
    const redis = await RedisServer.start();
    return { env: { REDIS_URL: redis.url }, stop: () => redis.stop() };
  }
  if (backend === 'PostgreSQL') {
    const postgres = await PostgresServer.start();
    return { env: { DATABASE_URL: postgres.url }, stop: () => postgres.stop() };
  }
  const env = backend === 'SQLite' ? { DATABASE_URL: `sqlite:${join(folder, 'jobs.sqlite')}` } : {};
  return { env: env as Record<string, string>, stop: async () => undefined };
}

const CHOSEN = {
  memory: 'Jobs: in memory',
  SQLite: 'Jobs: in a SQLite file',
  PostgreSQL: 'Jobs: on PostgreSQL',
  Redis: 'Jobs: on Redis',
} as const;

describe.each(['memory', 'SQLite', 'PostgreSQL', 'Redis'] as const)(
  'the shop, with jobs in %s',
  (backend) => {
    let folder: string;
    let bank: Bank;
    let store: Awaited<ReturnType<typeof startStore>>;
    let shop: ShopProcess;
    let env: Record<string, string | undefined>;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'shop-'));
      store = await startStore(backend, folder);
      bank = await startBank();
      env = {
        BANK_URL: bank.url,
        SHOP_FOLDER: folder,
        PICK_UP_EVERY: '1000',
        ...store.env,
      };
      shop = await ShopProcess.start({ env });
    }, 240_000);

    afterAll(async () => {
      await shop?.end('SIGKILL');
      await bank?.close();
      await store?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    async function restart(next: typeof env): Promise<void> {
      expect(await shop.end()).toBe(0);
      shop = await ShopProcess.start({ env: next });
    }

    /** Places an order and waits until its jobs have ended. */
    async function place(order: object, headers?: Record<string, string>): Promise<ToldOrder> {
      const { status, body } = await shop.order(order, headers);
      expect(status).toBe(202);
      return finishedIn(shop, (body as ToldOrder).id);
    }

    it('charges, packs and confirms an order, past a bank that is busy at first', async () => {
      const order = await place(tea, { 'x-request-id': 'request-1' });
      expect(order).toMatchObject({ status: 'shipped', total: 2380 });
      expect(order.jobs).toEqual([
        { name: 'charge-order', status: 'completed', attemptsMade: 2, requestId: 'request-1' },
        { name: 'pack-order', status: 'completed', attemptsMade: 1, requestId: 'request-1' },
        { name: 'send-receipt', status: 'completed', attemptsMade: 1, requestId: 'request-1' },
      ]);
      expect(bank.charges.get(order.id)).toBe(2380);
      const receipt = await readFile(join(folder, 'receipts', `${order.id}.txt`), 'utf8');
      expect(receipt).toBe('To:\nada@example.com\n\n2 x sencha\nPaid: 23.80\n');
      expect(shop.output).toContain(CHOSEN[backend]);
    });

    it('keeps one order of two requests with one key, and charges it once', async () => {
      const charges = bank.charges.size;
      const [first, second] = await Promise.all([
        place(tea, { 'idempotency-key': 'cart-7' }),
        place(tea, { 'idempotency-key': 'cart-7' }),
      ]);
      expect(second.id).toBe(first.id);
      expect(bank.charges.size).toBe(charges + 1);
    });

    it('gives up an order whose card is declined, and neither packs nor confirms it', async () => {
      const order = await place({ ...tea, card: '0042' });
      expect(order.status).toBe('declined');
      expect(order.jobs).toMatchObject([
        {
          name: 'charge-order',
          status: 'failed',
          attemptsMade: 2,
          error: expect.stringContaining('declined'),
        },
      ]);
      expect(bank.charges.has(order.id)).toBe(false);
    });

    it('waits with packing until more is delivered', async () => {
      const rooibos = { ...tea, items: [{ sku: 'rooibos', quantity: 12 }] };
      const orders = await Promise.all([place(rooibos), place(rooibos), place(rooibos)]);
      expect(orders.map(({ status }) => status)).toEqual(['shipped', 'shipped', 'shipped']);
      const book = new OrderBook(join(folder, 'shop.db'));
      expect(book.stock.left('rooibos') % 100).toBe(76); // 12 and 100 for each delivery, less 36
      book.close();
    });

    it.each([
      ['without a body', ''],
      ['that is no JSON', '{'],
      ['of nothing', JSON.stringify({ ...tea, items: [] })],
      ['of what is not sold', JSON.stringify({ ...tea, items: [{ sku: 'coffee', quantity: 1 }] })],
    ])('refuses an order %s', async (_title, body) => {
      const headers = { 'content-type': 'application/json' };
      expect(await shop.request('/orders', { method: 'POST', headers, body })).toMatchObject({
        status: 400,
      });
    });

    it('does not know orders that were never placed', async () => {
      expect(await shop.request(`/orders/${crypto.randomUUID()}`)).toMatchObject({ status: 404 });
    });

    it('picks up an order whose job was never enqueued', async () => {
      const book = new OrderBook(join(folder, 'shop.db'));
      const { id } = book.place({ ...tea, customer: 'zoe@example.com' }, undefined);
      await vi.waitFor(() => expect(book.get(id).status).toBe('shipped'), {
        timeout: 60_000,
        interval: 100,
      });
      book.close();
      expect(bank.charges.get(id)).toBe(2380);
    });

    it('reports the sales of the day, when asked before its time', async () => {
      const report = async () =>
        (await shop.request('/reports', { method: 'POST' })).body as Report;
      const before = await report();
      await place(tea);
      await place({ ...tea, card: '0001' });
      const after = await report();
      expect(after.orders - before.orders).toBe(2);
      expect(after.cents - before.cents).toBe(2380);
      const file = join(folder, 'reports', `${after.until.slice(0, 10)}.json`);
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(after);
    });

    it('tells how it is doing', async () => {
      await place({ ...tea, card: '0002' });
      const { body } = await shop.request('/metrics');
      expect(body).toContain('philjs_jobs_up{queue="shop"} 1');
      expect(body).toMatch(/philjs_jobs_stored\{queue="shop",status="failed"\} [1-9]/);
      expect(await shop.request('/healthz')).toMatchObject({ status: 200, body: 'ok' });
      expect((await shop.request('/readyz')).body).toHaveProperty('status');
    });

    it('finishes what it has begun when it is stopped, and the rest after it is back', async () => {
      let answer = (): void => undefined;
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const slow = await startBank({ takes: () => answered });
      const slowEnv = { ...env, BANK_URL: slow.url };
      await restart(slowEnv);
      const { body } = await shop.order(tea);
      const { id } = body as ToldOrder;
      await vi.waitFor(() => expect(slow.requests).toBe(2), { timeout: 60_000, interval: 10 });
      const ended = shop.end();
      await vi.waitFor(() => expect(shop.request('/healthz')).rejects.toThrow(), {
        timeout: 60_000,
        interval: 20,
      });
      expect(slow.charges.size).toBe(0);
      answer();
      expect(await ended).toBe(0);
      expect(slow.charges.get(id)).toBe(2380);
      const book = new OrderBook(join(folder, 'shop.db'));
      expect(book.get(id).status).toBe('paid');

      await restart(slowEnv);
      await vi.waitFor(() => expect(book.get(id).status).toBe('shipped'), {
        timeout: 60_000,
        interval: 100,
      });
      book.close();
      expect(slow.requests).toBe(2);
      await restart(env);
      await slow.close();
    }, 240_000);

    it('leaves one trace of the request, its retry and what followed', async () => {
      const file = join(folder, 'trace.jsonl');
      await restart({ ...env, TRACE_FILE: file });
      const order = await place(tea);
      await restart(env);
      const spans = await readSpans(file);
      const isOf = (job: string) => (span: ToldSpan) => span.attributes['philjs.job.name'] === job;
      const { traceId } = spans.find(
        ({ attributes }) => attributes['messaging.message.id'] === `charge-${order.id}`,
      ) as ToldSpan;
      const trace = spans.filter((span) => span.traceId === traceId);
      const byId = new Map(trace.map((span) => [span.spanId, span]));
      const parentOf = ({ parentId = '' }: ToldSpan) => byId.get(parentId);

      const [request] = trace.filter(({ name }) => name === 'POST /orders');
      const [enqueued] = trace.filter(isOf('charge-order')).filter(({ name }) => /^enq/.test(name));
      const attempts = trace.filter(isOf('charge-order')).filter(({ name }) => /^proc/.test(name));
      expect(request?.parentId).toBeUndefined();
      expect(enqueued && parentOf(enqueued)).toBe(request);
      expect(attempts.map(({ status }) => status.code)).toEqual([2, 0]);
      for (const one of attempts) expect(parentOf(one)).toBe(enqueued);
      for (const job of ['pack-order', 'send-receipt']) {
        const [sent, run] = ['enqueue shop', 'process shop'].map((name) =>
          trace.filter(isOf(job)).find((span) => span.name === name),
        );
        expect(sent && parentOf(sent)).toBe(attempts[1]);
        expect(run && parentOf(run)).toBe(sent);
      }
    });
  },
);

describe('the shop, as an API and workers of its own', () => {
  it('takes orders while no worker is there, and ships them once one is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shop-'));
    const redis = await RedisServer.start();
    const bank = await startBank();
    const env = { BANK_URL: bank.url, SHOP_FOLDER: folder, REDIS_URL: redis.url };
    const api = await ShopProcess.start({ role: 'api', env });
    const { body } = await api.order(tea);
    const { id } = body as ToldOrder;
    expect((await api.request('/readyz')).body).toMatchObject({
      issues: [expect.stringContaining('no workers')],
    });
    const worker = await ShopProcess.start({ role: 'worker', env });
    expect(await finishedIn(api, id)).toMatchObject({ status: 'shipped' });
    expect(await Promise.all([api.end(), worker.end()])).toEqual([0, 0]);
    await bank.close();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }, 240_000);
});

async function readSpans(file: string): Promise<readonly ToldSpan[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as ToldSpan);
}
