import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/** Controls a bank that runs in this process, so that the example needs no other. */
export interface Bank {
  readonly url: string;
  /** The charged amounts in cents, by the key of the request. */
  readonly charges: ReadonlyMap<string, number>;
  /** How many requests came in, including those that the bank deferred. */
  readonly requests: number;
  close(): Promise<void>;
}

/** The options of a bank. */
export interface BankOptions {
  /** Resolves when the bank answers a request that it does not defer. @default at once */
  readonly takes?: () => Promise<void>;
}

/**
 * Starts a realistic bank: it is busy at the first request of each key, takes its time, declines cards
 * that begin with 00, and charges only once for all requests with the same key.
 */
export async function startBank({ takes }: BankOptions = {}): Promise<Bank> {
  const charges = new Map<string, number>();
  const seen = new Set<string>();
  let requests = 0;

  const app = new Hono().post('/charges', async (c) => {
    requests += 1;
    const key = c.req.header('idempotency-key') ?? '';
    const { card, cents } = await c.req.json<{ card: string; cents: number }>();
    if (!seen.has(key)) {
      seen.add(key);
      return c.json({ error: 'Too busy, try again' }, 503);
    }
    await takes?.();
    if (card.startsWith('00')) return c.json({ error: 'The card is declined' }, 402);
    charges.set(key, cents);
    return c.json({ charged: cents }, 200);
  });

  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    charges,
    get requests() {
      return requests;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
