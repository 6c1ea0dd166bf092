import {
  type DependencyPage,
  type DependencyRecord,
  dependencyRecord,
  type WorkflowStore,
} from '@philjs/jobs-core/backend';
import { decodeJobId, heldJobId } from '../keys/job-id.ts';
import { checkQueueName } from '../keys/queue-name.ts';
import { toJobHash, toJobRecord } from '../record/job-hash.ts';
import { defineScript, words } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { FLOW_LUA } from './flow-lua.ts';

/** How many rows one script reads. */
const MOST_READ = 250;
/** How many bytes of results one script reads before it stops, since the server answers nobody else while it runs. */
const MOST_BYTES = 4_000_000;
/** How many edges one script looks at when only unmet ones are wanted. */
const MOST_LOOKED = 2000;

/**
 * One job that another waits for: its place, ref, name, `1` if it is a child, `1` if its failure does not matter, its state,
 * and the fields of its hash: of a result that is left out, whether there is one.
 */
type DependencyRow = readonly [
  place: string,
  ref: string,
  name: string,
  isChild: string,
  isTolerated: string,
  state: string,
  hash: readonly (string | number | null)[],
];

/** The fields of a job's hash that say what became of it, in the order they are returned: its result comes last. */
const FACTS =
  'name timestamp processedOn finishedOn failedReason pj:error stacktrace pj:deps pj:open pj:doom';
const DEPENDENCY_FIELDS: readonly string[] = words(`${FACTS} returnvalue`);

/**
 * Reads jobs that a job of any queue waits for, from a place on. Its id is given as it is stored and, after a NUL, as BullMQ
 * may have stored it. Returns them, and the place to go on from, or nothing when no edge is left.
 */
const dependenciesScript = defineScript('ReadDependencies', 'queueName ids unmet lean from most')<
  readonly [rows: readonly DependencyRow[], next: string]
>`
${FLOW_LUA}
local queue = queueName .. ':'
local own, bare = string.match(ids, '^([^%z]*)%z?(.*)$')
local me = queue .. own
if call('EXISTS', flow.edgesOf(me)) == 0 and bare ~= '' then me = queue .. bare end

local function stateOf(ref, ended, result)
  local of, id = flow.split(ref)
  local at = flow.root .. of
  if ended then return result and 'completed' or call('ZSCORE', at .. 'pj:cancelled', id) and 'cancelled' or 'failed' end
  if call('ZSCORE', at .. 'prioritized', id) then return 'waiting' end
  if call('ZSCORE', at .. 'pj:blocked', id) or call('ZSCORE', at .. 'waiting-children', id) then return 'blocked' end
  if call('ZSCORE', at .. 'delayed', id) then return 'delayed' end
  if call('EXISTS', flow.root .. ref .. ':lock') == 1 or call('LPOS', at .. 'active', id) then return 'active' end
  return 'waiting'
end

local rows, bytes, place = {}, 0, tonumber(from)
local size = unmet == '1' and ${MOST_LOOKED} or tonumber(most)
local edges = call('ZRANGEBYSCORE', flow.edgesOf(me), place * 16, '+inf', 'WITHSCORES', 'LIMIT', 0, size)
local isCut = #edges == 2 * size
for i = 1, #edges, 2 do
  local score = tonumber(edges[i + 1])
  if #rows >= tonumber(most) or bytes > ${MOST_BYTES} then isCut = true break end
  place = math.floor(score / 16)
  if unmet == '0' or score % 4 ~= 1 then
    local ref, name = flow.parse(edges[i])
    local at, state = flow.root .. ref, 'removed'
    local job = call('HMGET', at, '${FACTS.replaceAll(' ', "', '")}')
    job[11] = lean == '0' and call('HGET', at, 'returnvalue') or call('HEXISTS', at, 'returnvalue') == 1
    if job[1] and call('ZSCORE', flow.nextOf(ref), me) then state = stateOf(ref, job[4], job[11]) end
    bytes = bytes + #tostring(job[11])
    rows[#rows + 1] = { string.format('%.0f', place), ref, name, flow.isChild(score) and '1' or '', flow.isVital(score) and '' or '1', state, job }
  end
end
return { rows, isCut and string.format('%.0f', place + 1) or '' }
`;

/** Reads a page of the jobs that a job waits for; see `WorkflowStore.dependencies`. */
export async function readDependencies(
  store: QueueStore,
  { job, unmet, withoutResults, cursor, limit }: Parameters<WorkflowStore['dependencies']>[0],
): Promise<DependencyPage> {
  const dependencies: DependencyRecord[] = [];
  let from = cursor ?? '0';
  do {
    const [rows, next] = await store.run(dependenciesScript, {
      queueName: checkQueueName(job.queueName),
      ids: heldJobId(job.id),
      unmet: unmet ? '1' : '0',
      lean: withoutResults ? '1' : '0',
      from,
      most: Math.min(MOST_READ, limit + 1 - dependencies.length),
    });
    for (const row of rows) {
      if (dependencies.length === limit) return { dependencies, cursor: row[0] };
      dependencies.push(toDependency(row));
    }
    from = next;
  } while (from !== '');
  return { dependencies };
}

/** Reads a job that another waits for. */
function toDependency(row: DependencyRow): DependencyRecord {
  const [, ref, name, isChild, isTolerated, state, values] = row;
  const colon = ref.indexOf(':');
  // The script names the states as core does.
  const status = state as DependencyRecord['status'];
  const edge = {
    ...{ queueName: ref.slice(0, colon), id: decodeJobId(ref.slice(colon + 1)), name, status },
    ...{ isChild: isChild === '1', isTolerated: isTolerated === '1' },
  };
  if (status === 'removed') return dependencyRecord(edge);
  const hash = values.flatMap((value, index) =>
    typeof value === 'string' ? [DEPENDENCY_FIELDS[index] ?? '', value] : [],
  );
  return dependencyRecord(edge, toJobRecord('', status, toJobHash(hash), {}));
}
