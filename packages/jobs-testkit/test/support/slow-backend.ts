import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BackendFactory } from '@philjs/jobs-core';
import {
  type Backend,
  type Consumer,
  fromSimpleStore,
  type LeaseConsumer,
  type LeaseStore,
  type SimpleStore,
  startLeaseConsumer,
} from '@philjs/jobs-core/backend';
import { EngineTable } from '../../../../templates/backend/src/engine-table.ts';
import { myBackend } from '../../../../templates/backend/src/index.ts';
import { TableLeaseStore } from '../../../../templates/backend/src/lease-store.ts';
import { WakeUps } from '../../../../templates/backend/src/wake-ups.ts';

/** Makes the template's backend with a lease store that takes its time, as one over a network does. */
export function slowBackend(): BackendFactory {
  const create = myBackend();
  return (context) => {
    const inner = create(context);
    const consumers = new Set<LeaseConsumer>();
    const { queueName, clock } = context;
    const consume = async (params: Parameters<typeof inner.consume>[0]): Promise<Consumer> => {
      const store = await slowLeases(inner, queueName);
      const consumer = await startLeaseConsumer({ store, clock, params });
      consumers.add(consumer);
      return consumer;
    };
    const close: typeof inner.close = async (params) => {
      if (params?.force) for (const consumer of consumers) consumer.abandon();
      else await Promise.all([...consumers].map((consumer) => consumer.stop({ timeout: 0 })));
      await inner.close(params);
    };
    return new Proxy(inner, {
      get(target, key: keyof typeof inner) {
        if (key === 'consume') return consume;
        if (key === 'close') return close;
        const value = target[key];
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
}

/** Makes the lease store of a queue in the template's table. */
export async function slowLeases(_backend: Backend, queueName: string): Promise<LeaseStore> {
  const wakeUps = WakeUps.of(JSON.stringify([{}, queueName]));
  const table = await EngineTable.open(queueName, {});
  return fromSimpleStore(slow(new TableLeaseStore(table, wakeUps)));
}

/** Lets one to three turns of the event loop pass before each change, and one before its answer. */
function slow(store: SimpleStore): SimpleStore {
  let calls = 0;
  return new Proxy(store, {
    get(target, key: keyof SimpleStore) {
      const method = target[key];
      if (key === 'watch' || method === undefined) return method?.bind(target);
      return async (params: never): Promise<unknown> => {
        for (let turn = calls++ % 3; turn >= 0; turn--) await nextTurn();
        const answer: unknown = Reflect.apply(method, target, [params]);
        await nextTurn();
        return answer;
      };
    },
  });
}
