import type { PlainJobArgument } from '../script/add-jobs-script.ts';
import { EMIT_LUA } from '../script/ready-lua.ts';
import { CLOCK_LUA, defineScript, type Script, words } from '../script/script.ts';
import { NOTE_STAGE_LUA } from './stage-lua.ts';

/** The arguments of each job of {@link addMembersScript}, in the order they are sent. */
export const MEMBER_ARGUMENTS: readonly PlainJobArgument[] = words(
  'id name data options createdAt priority keep',
);

const WIDTH = MEMBER_ARGUMENTS.length;

/**
 * Stores, unsealed, the first jobs of a workflow: different ones without keys or a delay, for all of which one later job of
 * the call waits, and nothing else. `before` is how many such jobs the earlier slices stored. With a `base`, what is added to
 * the score of each edge, these are what the later job waits for first, in their order: their edges are kept aside until
 * it is stored. Returns `added`; or `whole`, and changes nothing, when there is more to do: an earlier slice was not stored so, an id is known, or the queue
 * has limits or an order.
 */
export const addMembersScript: Script<
  'stage' | 'dependant' | 'before' | 'base',
  'added' | 'whole'
> = defineScript('AddMembers', 'stage dependant before base')`
${CLOCK_LUA}${EMIT_LUA}
if metaOf('pj:limited') or metaOf('pj:order') then return 'whole' end
local stageTurns, count = prefix .. 'pj:stage-turns:' .. stage, restSize / ${WIDTH}
if call('ZCARD', stageTurns) ~= tonumber(before) then return 'whole' end
local keys = {}
for first = 1, restSize, ${WIDTH} do keys[#keys + 1] = prefix .. rest(first) end
if call('EXISTS', unpack(keys)) > 0 then return 'whole' end
local turn, turns = call('INCRBY', pcKey, count) - count, {}
local here, edges = string.match(prefix, '([^:]*:)$'), {}
for i, key in ipairs(keys) do
  local first = (i - 1) * ${WIDTH} + 1
  local id, name, priority = rest(first), rest(first + 1), rest(first + 5)
  call('HSET', key, 'name', name, 'data', rest(first + 2), 'opts', rest(first + 3), 'timestamp', rest(first + 4), 'delay', '0', 'priority', priority, 'pj:keep', rest(first + 6), 'pj:awaited', '1', 'pj:staged', stage)
  call('ZADD', key .. ':pj:next', '0', dependant)
  emit('added', 'jobId', id, 'name', name)
  turns[2 * i - 1], turns[2 * i] = priority * 4294967296 + (turn + i) % 4294967296, id
  if base ~= '' then edges[2 * i - 1], edges[2 * i] = (before + i) * 16 + base, here .. id .. '\\0' .. name end
end
if base ~= '' then call('ZADD', prefix .. 'pj:stage-edges:' .. stage, unpack(edges)) end
call('ZADD', stageTurns, unpack(turns))
if not metaOf('pj:flows') then call('HSET', metaKey, 'pj:flows', 1) end
${NOTE_STAGE_LUA}
return 'added'
`;

/**
 * Lets a job that an earlier slice stored wait for more jobs that earlier slices stored, and of which it was noted that it
 * waits for them. After the named arguments come the score and the member of each edge; \`places\` is how many places there
 * are then. An edge that is known counts once.
 */
export const addEdgesScript: Script<'id' | 'places'> = defineScript('AddEdges', 'id places')`
local key = prefix .. id
-- The workflow was dropped: it cannot be sealed any more.
if call('EXISTS', key) == 0 then return 0 end
local added = call('ZADD', key .. ':pj:edges', 'NX', unpack(ARGV, 4, #ARGV))
call('HSET', key, 'pj:place', places)
call('HINCRBY', key, 'pj:deps', added)
return call('HINCRBY', key, 'pj:open', added)
`;
