import type { AddResult, NewJob } from '@philjs/jobs-core';
import { encodeJobId } from '../keys/job-id.ts';
import { isPlainJob, plainFields } from '../record/job-arguments.ts';
import type { ScriptArgument } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { addEdgesScript, addMembersScript, MEMBER_ARGUMENTS } from './batch-scripts.ts';
import { type FlowItem, type FlowWriter, type Member, scoreBase } from './flow-arguments.ts';

/**
 * Stores the slices of a workflow that is a large batch: first its members, and with them the edges of what waits for them
 * in their order, or these last; by scripts that do nothing else. Returns nothing for all other slices, which the whole
 * script stores.
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
   * Sends a slice before it returns, if it is of these kinds; resolves with nothing when the whole script has to store it
   * after all. Returns nothing for others, so that they can be sent at once: slices must arrive in their order.
   */
  send(items: readonly FlowItem[]): Promise<readonly AddResult[] | undefined> | undefined {
    const [first] = items;
    if (items.length === 1 && first !== undefined && first.from > 0) return this.#sendEdges(first);
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
    const args = { stage: this.#stage, dependant: dependant.ref, before, base };
    if ((await this.#store.run(addMembersScript, args, rest)) === 'whole') {
      this.#sent = -1;
      return undefined;
    }
    if (last !== undefined) this.#writer.gather(last, before + items.length);
    return items.map(({ job }) => ({ id: job.id, outcome: 'added' }));
  }

  #sendEdges(item: FlowItem): Promise<readonly AddResult[]> | undefined {
    const edges = this.#writer.isGathered(item) ? [] : this.#writer.writeStoredEdges(item);
    if (edges === undefined) return undefined;
    if (edges.length === 0) return Promise.resolve([]);
    const args = { id: encodeJobId(item.job.id), places: item.to };
    return this.#store.run(addEdgesScript, args, edges).then(() => []);
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
