import type { AddResult } from '@philjs/jobs-core/backend';
import { encodeJobId } from '../keys/job-id.ts';
import { isPlainJob, plainFields } from '../record/job-arguments.ts';
import type { PlainJobArgument } from '../script/add-jobs-script.ts';
import { luaSource } from '../script/lua-source.ts';
import { CLOCK, EMIT, NOTE_STAGE } from '../script/parts.ts';
import { defineScript, type Script, type ScriptArgument, words } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';
import type { FlowItem, FlowWriter } from './flow-arguments.ts';

/** The arguments that jobs of {@link addMembersScript} which come one after the other mostly share, in the order they are sent. */
const SHARED_ARGUMENTS: readonly PlainJobArgument[] = words('name options createdAt priority keep');

/**
 * Stores, unsealed, the first jobs of a workflow: different ones without keys or a delay, for all of which one later job of
 * the call waits, and nothing else. `before` is how many such jobs the earlier slices stored. With a `base`, what is added to
 * the score of each edge, these are what the later job waits for first, in their order: their edges are kept aside until
 * it is stored. After the named arguments come runs of jobs: how many, their {@link SHARED_ARGUMENTS}, then the id and the
 * data of each. Returns `added`; or `whole`, and changes nothing, when there is more to do: an earlier slice was not stored so, an id is known, or the queue
 * has limits or an order.
 */
export const addMembersScript: Script<
  'stage' | 'dependant' | 'before' | 'base',
  'added' | 'whole'
> = defineScript('AddMembers', 'stage dependant before base')(
  CLOCK,
  EMIT,
  NOTE_STAGE,
  luaSource(new URL('./add-members.lua', import.meta.url)),
);

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
  /** The job to which all were sent with their edges; -1 for none. */
  #tied = -1;

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
    dependant: number,
    items: readonly FlowItem[],
  ): Promise<readonly AddResult[] | undefined> {
    const before = this.#sent;
    const mayBeTied = before === 0 || this.#tied === dependant;
    const isTied = mayBeTied && this.#writer.waitsInOrder(dependant, items, before);
    const base = isTied ? this.#writer.scoreBase(dependant) : '';
    this.#sent += items.length;
    this.#tied = isTied ? dependant : -1;
    if (isTied) this.#writer.gather(dependant, 0);
    const rest = memberArguments(items);
    const args = { stage: this.#stage, dependant: this.#writer.nameOf(dependant), before, base };
    if ((await this.#store.run(addMembersScript, args, rest)) === 'whole') {
      this.#sent = -1;
      return undefined;
    }
    if (isTied) this.#writer.gather(dependant, before + items.length);
    const id = encodeJobId(items[0]?.job.id ?? '');
    return items.map((item) => {
      const result = { id: item.job.id, outcome: 'added' } as const;
      this.#writer.count(id);
      this.#writer.note(item, result);
      return result;
    });
  }

  /** Returns the one job that waits for each of the jobs, if they wait for nothing and can run at once. */
  #dependantOf(items: readonly FlowItem[]): number | undefined {
    let dependant: number | undefined;
    for (const { job, place, isNew } of items) {
      const [one, other] = this.#writer.dependantsOf(place);
      dependant ??= one;
      if (!isNew || one !== dependant || other !== undefined) return undefined;
      if (job.dependsOn !== undefined) return undefined;
      if (!isPlainJob(job) || Math.ceil(job.runAt) > Math.round(job.createdAt)) return undefined;
    }
    return dependant;
  }
}

/** Writes jobs as the arguments of {@link addMembersScript}. */
function memberArguments(items: readonly FlowItem[]): ScriptArgument[] {
  const args: ScriptArgument[] = [];
  let shared: ScriptArgument[] = [];
  let from = 0;
  for (const { job } of items) {
    const fields = plainFields(job);
    if (shared.length === 0 || SHARED_ARGUMENTS.some((name, at) => fields[name] !== shared[at])) {
      shared = SHARED_ARGUMENTS.map((name) => fields[name]);
      from = args.push(0, ...shared) - 1 - shared.length;
    }
    args.push(fields.id, fields.data);
    args[from] = Number(args[from]) + 1;
  }
  return args;
}
