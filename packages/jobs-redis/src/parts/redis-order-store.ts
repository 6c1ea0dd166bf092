import type { OrderPolicy, QueueOrder } from '@philjs/jobs-core';
import { MOST_COUNTED, type OrderStore } from '@philjs/jobs-core/backend';
import { storedIds } from '../keys/job-id.ts';
import { MOST_ORDERED, MOVING_IN_LUA, MOVING_OUT_LUA } from '../order/moving-lua.ts';
import { READY_LUA } from '../script/ready-lua.ts';
import { defineScript, type Script } from '../script/script.ts';
import { STATE_LUA } from '../script/state-lua.ts';
import type { QueueStore } from '../store/queue-store.ts';

/**
 * Stores an order, unless one is stored and it is only to be adopted; returns the stored one. Returns `busy`
 * while jobs move to the one before. Afterwards {@link moveOrderedScript} moves the waiting jobs.
 */
export const storeOrderScript: Script<'policy' | 'age' | 'adopts', string> = defineScript(
  'StoreOrder',
  'policy age adopts',
)`
local stored, lineup = call('GET', orderKey), call('GET', lineupKey)
if adopts == '1' and stored then return stored end
local from, moving = string.match(lineup or '', '^%a+,[^,]*,(%d+),(%a*),')
if moving and moving ~= '' then return 'busy' end
local order = policy .. ',' .. age
if policy == 'fifo' then
  if lineup then
    lineup = string.gsub(lineup, ',,[^,]*$', ',l,')
    call('SET', lineupKey, lineup)
    call('HSET', metaKey, 'pj:order', lineup)
  end
else
  lineup = string.format('%s,%s,%.0f,m,%s', policy, age, call('INCR', orderRevisionKey), from or '')
  call('SET', lineupKey, lineup)
  call('HSET', metaKey, 'pj:order', lineup)
  if call('EXISTS', orderedKey) == 1 then call('RENAME', orderedKey, movingKey) end
end
call('SET', orderKey, order)
return order
`;

/** Moves waiting jobs to the order that was stored last. Returns whether there may be more. */
const moveOrderedScript = defineScript('MoveOrdered')`
${READY_LUA}${{
  fifo: 'return 0',
  ordered: `${MOVING_IN_LUA}${MOVING_OUT_LUA}
if moving == 'm' then return takeIn(${MOST_ORDERED}, true) and 1 or 0 end
if moving == 'l' then return takeOutOfOrder(${MOST_ORDERED}) and 1 or 0 end
return 0
`,
}}
`;

/**
 * Finds the place of a waiting job: how many jobs go before it, and how many other keys of its priority have jobs
 * (`-1` unless the order is fair). Returns nothing for any other job.
 */
const findPlaceScript = defineScript('FindPlace', 'id')<
  readonly [ahead: number, otherKeys: number] | readonly []
>`
${READY_LUA}${STATE_LUA}
local name = call('HGET', prefix .. id, 'name')
local state, key = stateOf(id, name)
if state ~= 'waiting' then return {} end
-- The next job of a list of BullMQ's is at the right.
if key == waitKey or key == pausedKey then
  local index = call('LPOS', key, id, 'RANK', -1, 'MAXLEN', ${MOST_COUNTED})
  return { index and call('LLEN', key) - 1 - index or ${MOST_COUNTED}, -1 }
end
${{
  fifo: `
local ahead = call('ZRANK', key, id)
if key == prioritizedKey then ahead = ahead + call('LLEN', waitKey) end
return { math.min(ahead, ${MOST_COUNTED}), -1 }
`,
  ordered: `
local turn = tonumber(call('ZSCORE', orderedKey, id))
-- It has not been moved into the order yet.
if not turn then return { math.min(call('ZRANK', key, id) or 0, ${MOST_COUNTED}), -1 } end
local priority = math.floor(turn / CLASS)
local places = limitOf(name) and { lineOfJob(id, name), MAIN } or { MAIN }
if isFair then
  local share = { name = shareNameOf(id, priority) }
  for _, line in ipairs(places) do
    local ahead = call('ZRANK', queueOf(share, line), id)
    if ahead then return { math.min(ahead, ${MOST_COUNTED}), math.min(classOf(priority).keys - 1, ${MOST_COUNTED}) } end
  end
  return {}
end
local class, number = standingOf(id, priority)
local member = memberOf(number, turn, id)
for _, line in ipairs(places) do
  local ahead = call('ZRANK', lineupOf(line), member)
  if ahead then return { math.min(ahead, ${MOST_COUNTED}), -1 } end
end
return {}
`,
}}
`;

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
