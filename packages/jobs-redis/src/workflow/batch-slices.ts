import type { AddResult, NewJob } from '@philjs/jobs-core';
import { isPlainJob, plainFields } from '../record/job-arguments.ts';
import type { PlainJobArgument } from '../script/add-jobs-script.ts';
import { EMIT_LUA } from '../script/ready-lua.ts';
import {
  CLOCK_LUA,
  defineScript,
  type Script,
  type ScriptArgument,
  words,
} from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { type FlowItem, type FlowWriter, type Member, scoreBase } from './flow-arguments.ts';
import { NOTE_STAGE_LUA } from './stage-lua.ts';

/** The arguments of each job of {@link addMembersScript}, in the order they are sent. */
const MEMBER_ARGUMENTS: readonly PlainJobArgument[] = words(
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
 * Stores the first slices of a workflow that is a large batch: its members, and with them the edges of what waits for them
 * in their order, by a script that does nothing else.
 */
export class BatchSlices {
  readonly #store: QueueStore;
  readonly #writer: FlowWriter;
  readonly #stage: string;
  /** How many members were sent; -1 once a slice was sent otherwise. */
  #sent = 0;
  /** The job to which they were sent with their edges, and how many. */
  #tied: { readonly last: NewJob; readonly count: number } | undefined;

  constructor(store: QueueStore, writer: FlowWriter, stage: string) {
    this.#store = store;
    this.#writer = writer;
    this.#stage = stage;
  }

  /** Whether all slices so far were members, as far as the answers have arrived. */
  get isShort(): boolean {
    return this.#sent > 0;
  }

  /**
   * Sends a slice before it returns, if it is of this kind; resolves with nothing when the whole script has to store it
   * after all. Returns nothing for others, so that they can be sent at once: slices must arrive in their order.
   */
  send(items: readonly FlowItem[]): Promise<readonly AddResult[] | undefined> | undefined {
    const dependant = this.#sent < 0 ? undefined : this.#dependantOf(items);
    if (dependant !== undefined) return this.#sendMembers(dependant, items);
    this.#sent = -1;
    return undefined;
  }

  async #sendMembers(
    dependant: Member,
    items: readonly FlowItem[],
  ): Promise<readonly AddResult[] | undefined> {
    const before = this.#sent;
    const last = this.#isTiedTo(dependant.job, items) ? dependant.job : undefined;
    const base = last === undefined ? '' : scoreBase(last);
    this.#sent += items.length;
    if (last !== undefined) {
      this.#tied = { last, count: this.#sent };
      this.#writer.gather(last, 0);
    }
    const rest = items.flatMap(({ job }) => memberArguments(job));
    const args = { stage: this.#stage, dependant: this.#writer.nameOf(dependant), before, base };
    if ((await this.#store.run(addMembersScript, args, rest)) === 'whole') {
      this.#sent = -1;
      return undefined;
    }
    if (last !== undefined) this.#writer.gather(last, before + items.length);
    return this.#writer.noteAdded(items.map(({ job }) => job.id));
  }

  /** Returns whether all edges of the stage so far are those of a job, and edges to the jobs of items come next. */
  #isTiedTo(job: NewJob, items: readonly FlowItem[]): boolean {
    const { last, count } = this.#tied ?? { last: job, count: 0 };
    return count === this.#sent && last === job && this.#writer.waitsInOrder(job, items, count);
  }

  /** Returns the one job that waits for each of the jobs, if they wait for nothing and can run at once. */
  #dependantOf(items: readonly FlowItem[]): Member | undefined {
    let dependant: Member | undefined;
    for (const { job, to } of items) {
      const [one, other] = this.#writer.dependantsOf(job);
      dependant ??= one;
      if (to > 0 || one !== dependant || other !== undefined) return undefined;
      if (!isPlainJob(job) || Math.ceil(job.runAt) > Math.round(job.createdAt)) return undefined;
    }
    return dependant;
  }
}

function memberArguments(job: NewJob): ScriptArgument[] {
  const args = plainFields(job);
  return MEMBER_ARGUMENTS.map((name) => args[name]);
}
