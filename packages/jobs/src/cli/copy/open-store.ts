import { consoleLogger, systemClock } from '@philjs/jobs-core';
import type { Backend } from '@philjs/jobs-core/backend';
import {
  type ChosenBackend,
  chooseBackend,
  onServer,
  sqlitePath,
} from '../../queue/choose-backend.ts';
import { UsageError } from '../usage-error.ts';

/** Says where a store is. */
export interface StoreAddress {
  /** Its address: `redis:`, `rediss:`, `postgres:`, `postgresql:`, `sqlite:`, or that of a server. */
  readonly url: string;
  /** The schema in PostgreSQL. */
  readonly schema?: string | undefined;
  /** The prefix in Redis. */
  readonly prefix?: string | undefined;
}

/** Opens one queue of a store after the other. */
export interface Store {
  /** Its kind, for messages: an address may hold a password. */
  readonly kind: ChosenBackend['kind'];
  /** Opens a queue, or returns it if it is open. */
  queue(name: string): Promise<Backend>;
  /** Closes all of them. */
  close(): Promise<void>;
}

/**
 * Finds a store by its address. It connects when a queue is opened.
 *
 * @throws UsageError for an address of another kind
 */
export function openStore(flag: string, address: StoreAddress): Store {
  const { kind, backend } = choose(flag, address);
  const opened = new Map<string, Promise<Backend>>();
  return {
    kind,
    queue: (name) => {
      const known = opened.get(name) ?? open(backend, name);
      opened.set(name, known);
      return known;
    },
    close: async () => {
      await Promise.all([...opened.values()].map(async (queue) => (await queue).close()));
    },
  };
}

async function open(factory: ChosenBackend['backend'], queueName: string): Promise<Backend> {
  const backend = factory({ queueName, clock: systemClock, logger: consoleLogger });
  await backend.open();
  return backend;
}

function choose(flag: string, { url, schema, prefix }: StoreAddress): ChosenBackend {
  if (/^rediss?:/i.test(url)) return chooseBackend({ redis: url, prefix });
  if (/^postgres(ql)?:/i.test(url)) return chooseBackend({ postgres: url, schema, listen: false });
  if (/^https?:/i.test(url)) return onServer(url, `${flag} is its address`);
  const path = sqlitePath(url);
  if (path !== undefined) return chooseBackend({ path });
  throw new UsageError(
    `Expected ${flag} to begin with redis:, rediss:, postgres:, postgresql:, sqlite:, https: or http:.`,
  );
}
