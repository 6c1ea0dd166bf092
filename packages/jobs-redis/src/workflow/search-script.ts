import { defineScript, type Script } from '../script/script.ts';
import { FLOW_LUA } from './flow-lua.ts';

/** How many edges one script reads. */
const MOST_READ = 1000;

/**
 * Reads what jobs wait for. After the named argument come the refs of the jobs; `from` is the rank of the first edge to read
 * of the first job. Returns how often edges had been added that may close a circle, how many of the jobs it has finished, the
 * rank to go on from in the next one, and for each job the refs of what it waits for.
 */
export const searchScript: Script<
  'from',
  readonly [grown: string, done: number, from: number, refs: readonly string[][]]
> = defineScript('SearchCircle', 'from')`
${FLOW_LUA}
local found, left, rank, done = {}, ${MOST_READ}, tonumber(from), restSize
for i = 1, restSize do
  local members = call('ZRANGE', flow.edgesOf(rest(i)), rank, rank + left - 1)
  for at, member in ipairs(members) do members[at] = (flow.parse(member)) end
  found[i] = members
  if #members == left then
    rank, done = rank + left, i - 1
    break
  end
  left, rank = left - #members, 0
end
return { call('GET', flow.root .. ':grown') or '0', done, rank, found }
`;
