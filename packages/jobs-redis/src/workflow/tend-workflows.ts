import { CLOCK_LUA, defineScript, PERMIT_LUA } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { FLOWS_LUA } from './flows-lua.ts';
import { finishStage } from './stage-scripts.ts';

/** How often the workflows of a queue are looked at, over all its workers, in milliseconds. */
const EVERY_MS = 60_000;
/** How many edges of blocked jobs one script looks at. */
const MOST_LOOKED = 1000;

/**
 * Begins to tend the workflows of a queue, if no worker did within the time given. Returns 1 if the caller is to tend
 * them, and each stage that is sealed and not yet placed, or was not sealed in time, with its score.
 */
const tendScript = defineScript('TendWorkflows', 'everyMs')<[begins: number, stages: string[]]>`
${CLOCK_LUA}
if call('HEXISTS', metaKey, 'pj:flows') == 0 and call('EXISTS', prefix .. 'pj:blocked', prefix .. 'pj:staging') == 0 then return { 0, {} } end
${PERMIT_LUA}if not call('SET', prefix .. 'pj:tended', now, 'NX', 'PX', everyMs) then return { 0, {} } end
call('HSET', metaKey, 'pj:flows', 1)
return { 1, call('ZRANGEBYSCORE', prefix .. 'pj:staging', '-inf', now, 'WITHSCORES') }
`;

/**
 * Looks at what blocked jobs wait for, and closes the edges to jobs that another program ended or removed. Begins at
 * the blocked job of a turn and a place among its edges; returns the next of both, or nothing.
 */
const healScript = defineScript('HealWorkflows', 'turn place')<[turn: string, place: string] | []>`
${FLOWS_LUA}${PERMIT_LUA}
local left, first = ${MOST_LOOKED}, tonumber(place)
local blocked = call('ZRANGEBYSCORE', prefix .. 'pj:blocked', turn, '+inf', 'WITHSCORES', 'LIMIT', 0, ${MOST_LOOKED})
local nextTurn, nextPlace
for i = 1, #blocked, 2 do
  local id, at = blocked[i], blocked[i + 1]
  if left <= 0 then
    nextTurn, nextPlace = at, '0'
    break
  end
  left = left - 1
  local ref = flow.here .. id
  local job = call('HMGET', prefix .. id, 'name', 'pj:open', 'pj:doom')
  if not job[1] then
    call('ZREM', prefix .. 'pj:blocked', id)
    call('ZREM', prefix .. 'pj:releasable', id)
    flow.begin({ kind = 'letGo', ref = ref }, 'edges', true)
    call('UNLINK', flow.edgesOf(ref), flow.nextOf(ref))
  else
    if (tonumber(job[2]) or 0) <= 0 or (tonumber(job[3]) or 0) > 0 then flow.list(flow.here, id, at) end
    local edges = call('ZRANGEBYSCORE', flow.edgesOf(ref), first * 16, '+inf', 'WITHSCORES', 'LIMIT', 0, left)
    for e = 1, #edges, 2 do
      local score = tonumber(edges[e + 1])
      left = left - 1
      if score % 4 == 0 then
        local other, name = flow.parse(edges[e])
        local it = call('HMGET', flow.root .. other, 'name', 'finishedOn', 'returnvalue')
        if not it[1] or it[2] or not call('ZSCORE', flow.nextOf(other), ref) then
          flow.close({ ref = other, name = name, members = { ref }, completed = it[2] and it[3] and true, isFresh = true })
        end
      end
      if left <= 0 then nextTurn, nextPlace = at, string.format('%.0f', math.floor(score / 16) + 1) end
    end
    if nextTurn then break end
  end
  first = 0
end
if not nextTurn and #blocked == 2 * ${MOST_LOOKED} then nextTurn, nextPlace = blocked[#blocked], '0' end
flow.walk()
return nextTurn and { nextTurn, nextPlace } or {}
`;

/** Does a slice of what scripts left to do for workflows of the prefix. Returns whether something is left. */
const walkScript = defineScript('WalkWorkflows')`
${FLOWS_LUA}
return flow.walk() and 1 or 0
`;

/** Follows what scripts left to do for workflows of the prefix, until nothing is left. */
export async function walkWorkflows(store: QueueStore): Promise<void> {
  while ((await store.run(walkScript, {})) === 1);
}

/**
 * Looks after the workflows of a queue once a minute, unless another worker has looked within the last one. Returns a
 * function that ends this.
 */
export function keepTending(store: QueueStore, onError: (error: unknown) => void): () => void {
  const tend = (): void => void tendWorkflows(store, EVERY_MS - 5000).catch(onError);
  const timer = setInterval(tend, EVERY_MS);
  return () => clearInterval(timer);
}

/**
 * Looks after the workflows of a queue, unless that was done within the time given, in milliseconds: releases or fails
 * jobs whose dependencies another program ended or removed, places jobs whose producer died after it had sealed them, and
 * drops jobs that were never sealed.
 */
export async function tendWorkflows(store: QueueStore, everyMs: number): Promise<void> {
  const [begins, stages] = await store.run(tendScript, { everyMs });
  if (begins === 0) return;
  for (let index = 0; index + 1 < stages.length; index += 2) {
    await finishStage(store, stages[index] ?? '', stages[index + 1] === '0' ? 'place' : 'drop');
  }
  await walkWorkflows(store);
  let [turn, place]: readonly string[] = ['-inf', '0'];
  while (turn !== undefined && place !== undefined) {
    [turn, place] = await store.run(healScript, { turn, place });
  }
}
