import type { OrderPolicy, QueueOrder } from '@philjs/jobs-core';
import type { OrderStore } from '@philjs/jobs-core/backend';
import { storedIds } from '../keys/job-id.ts';
import { luaSource } from '../script/lua-source.ts';
import { MOVING, READ_TAKEN, READY, STATE } from '../script/parts.ts';
import { defineScript, type Script } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/**
 * Stores an order, unless one is stored and it is only to be adopted; returns the stored one. Returns `busy`
 * while jobs move to the one before. Afterwards {@link moveOrderedScript} moves the waiting jobs.
 */
export const storeOrderScript: Script<'policy' | 'age' | 'adopts', string> = defineScript(
  'StoreOrder',
  'policy age adopts',
)(luaSource(new URL('../order/store-order.lua', import.meta.url)));

/** Moves waiting jobs to the order that was stored last. Returns whether there may be more. */
const moveOrderedScript = defineScript('MoveOrdered')(READY, READ_TAKEN, MOVING, {
  fifo: luaSource(new URL('../order/no-move.lua', import.meta.url)),
  ordered: luaSource(new URL('../order/move-ordered.lua', import.meta.url)),
});

/**
 * Finds the place of a waiting job: how many jobs go before it, and how many other keys of its priority have jobs
 * (`-1` unless the order is fair). Returns nothing for any other job.
 */
const findPlaceScript = defineScript('FindPlace', 'id')<
  readonly [ahead: number, otherKeys: number] | readonly []
>(READY, STATE, luaSource(new URL('../order/find-place.lua', import.meta.url)), {
  fifo: luaSource(new URL('../order/place.lua', import.meta.url)),
  ordered: luaSource(new URL('../order/place-ordered.lua', import.meta.url)),
});

/** Keeps the order of a queue; see `OrderStore`. The exchange script applies it. */
export function redisOrderStore(store: QueueStore): OrderStore {
  const read: OrderStore['read'] = async () => {
    const text = await store.link.run((client) => client.get(store.key('pj:order')));
    return text === null ? undefined : readOrder(text);
  };
  return {
    read,
    adopt: ({ order }) => change(store, order, '1'),
    set: async ({ order }) => {
      await change(store, order, '0');
    },
    // Where numbers do not change, it counts the jobs ahead that have the limits of the job, or none.
    place: async ({ id }) => {
      for (const stored of storedIds(id)) {
        const [ahead, otherKeys = -1] = await store.run(findPlaceScript, { id: stored });
        if (ahead === undefined) continue;
        const order = (await read()) ?? { policy: 'fifo' };
        return { order, ahead, ...(otherKeys >= 0 && { otherKeys }) };
      }
      return undefined;
    },
  };
}

/** Stores an order, and moves the waiting jobs in slices. */
async function change(
  store: QueueStore,
  { policy, agePerPriority }: QueueOrder,
  adopts: '0' | '1',
): Promise<QueueOrder> {
  const args = { policy, age: agePerPriority ?? '', adopts };
  for (;;) {
    const answer = await store.run(storeOrderScript, args);
    // Where a queue names the first order, workers move the rest.
    let left = adopts === '1' ? 50 : Number.POSITIVE_INFINITY;
    while (left > 0 && (await store.run(moveOrderedScript, {})) === 1) left -= 1;
    if (answer !== 'busy') return readOrder(answer);
  }
}

function readOrder(text: string): QueueOrder {
  // Only a checked order is stored.
  const [policy, age] = text.split(',') as [OrderPolicy, string?];
  return { policy, ...(age && { agePerPriority: Number(age) }) };
}
