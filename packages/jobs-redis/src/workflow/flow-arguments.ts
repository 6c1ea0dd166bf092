import type { AddResult, NewJob } from '@philjs/jobs-core';
import type { JobRef } from '@philjs/jobs-core/backend';
import { encodeJobId, heldJobId } from '../keys/job-id.ts';
import { checkQueueName } from '../keys/queue-name.ts';
import { jobArguments } from '../record/job-arguments.ts';
import type { ScriptArgument } from '../script/script.ts';

/** How many jobs and edges one script stores. */
const MOST_STORED = 500;

/** One item of the script that adds workflows: a job, or more edges of a job that an earlier item stored. */
export interface FlowItem {
  readonly job: NewJob;
  /** The place of its first edge among those of the job. */
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts jobs, and the edges of those that wait for many, into calls of a bounded size. Each child of a running job adds an
 * edge of that job, and is looked for among what the job waits for: it counts as four items.
 */
export function sliceFlow(jobs: readonly NewJob[], areChildren = false): FlowItem[][] {
  const least = areChildren ? 4 : 1;
  const slices: FlowItem[][] = [[]];
  let size = 0;
  for (const job of jobs) {
    const edges = job.dependsOn?.length ?? 0;
    let from = 0;
    do {
      if (size >= MOST_STORED) {
        slices.push([]);
        size = 0;
      }
      const to = Math.min(edges, from + MOST_STORED - size);
      slices.at(-1)?.push({ job, from, to });
      size += least + to - from;
      from = to;
    } while (from < edges);
  }
  return slices;
}

/** Holds the progress of one job of the call. */
export interface Member {
  readonly job: NewJob;
  /** Its name in scripts, once that is needed: the queue and the stored id. */
  ref: string | undefined;
  /** The jobs of the call that wait for it. */
  dependants: Member[];
  /** True once an earlier slice stored it, the other id if it turned out to be another. */
  stored: true | string | undefined;
}

const NONE: Member[] = [];

/** A job of the call whose first edges were stored together with what it waits for. */
interface Gathered {
  readonly job: NewJob;
  /** How many edges. */
  readonly to: number;
}

/**
 * Writes the items of one call as arguments of the script. A job is stored together with what waits for it in the same
 * call, which costs much less than to look for it later; except one with a deduplication key, which may be another's.
 */
export class FlowWriter {
  /** How many jobs this call stored, and the stored id of the first. */
  readonly stored: { count: number; first: string } = { count: 0, first: '' };
  readonly #queueName: string;
  /** The progress of the jobs of the call, by their ids. */
  readonly #members = new Map<string, Member>();
  #gathered: Gathered | undefined;

  constructor(jobs: readonly NewJob[], queueName: string) {
    this.#queueName = checkQueueName(queueName);
    for (const job of jobs) {
      this.#members.set(job.id, { job, ref: undefined, dependants: NONE, stored: undefined });
    }
    for (const job of jobs) if (job.dependsOn !== undefined) this.#tie(job, job.dependsOn);
  }

  /** Counts jobs that this call stored, of which one has a stored id. */
  count(storedId: string, jobs = 1): void {
    this.stored.count += jobs;
    this.stored.first ||= storedId;
  }

  /** Counts and notes jobs that were all added; returns their results. */
  noteAdded(ids: readonly string[]): AddResult[] {
    for (const id of ids.slice(0, 1)) this.count(encodeJobId(id), ids.length);
    return ids.map((id) => {
      const result: AddResult = { id, outcome: 'added' };
      this.note(id, result);
      return result;
    });
  }

  /** Notes the result of a job: added, stored under another id, or known before. */
  note(id: string, { id: stored, outcome }: AddResult): void {
    const member = this.#members.get(id);
    if (member === undefined) return;
    member.stored = outcome === 'added' ? true : stored;
  }

  /** Returns whether items need results of jobs of the call that have not arrived yet. */
  looksBack(items: readonly FlowItem[]): boolean {
    return items.some((item) => {
      const { job, from, to } = item;
      if (from > 0 && !this.#isKnown(job.id)) return true;
      if (this.isGathered(item)) return false;
      return job.dependsOn
        ?.slice(from, to)
        .some(({ queueName, id }) => queueName === this.#queueName && !this.#isKnown(id));
    });
  }

  /** Returns the jobs that wait for a job, and with which it is stored. */
  dependantsOf({ id }: NewJob): readonly Member[] {
    return this.#members.get(id)?.dependants ?? NONE;
  }

  /**
   * Returns whether a job of the call can have no other outcome than to be stored, and the jobs of items are what it waits
   * for from a place on, in their order.
   */
  waitsInOrder(job: NewJob, items: readonly FlowItem[], place: number): boolean {
    if (!isTied(job)) return false;
    return items.every((item, at) => {
      const dependency = job.dependsOn?.[place + at];
      return dependency?.id === item.job.id && dependency.queueName === this.#queueName;
    });
  }

  /**
   * Notes that the edges of a job up to a place were stored together with what it waits for; at 0, that some are sent so,
   * and may be kept aside whatever the answer says: that of a repeated call.
   */
  gather(job: NewJob, to: number): void {
    this.#gathered = { job, to: Math.max(to, this.#gathered?.to ?? 0) };
  }

  /** Returns the stored id of the job whose edges were stored so; empty for none. */
  get gatheredId(): string {
    return this.#gathered === undefined ? '' : encodeJobId(this.#gathered.job.id);
  }

  /** Returns whether the edges of an item were stored so, and the job was stored after them. */
  isGathered({ job, from, to }: FlowItem): boolean {
    if (this.#gathered === undefined || from === 0) return false;
    if (job !== this.#gathered.job || to > this.#gathered.to) return false;
    return this.#members.get(job.id)?.stored === true;
  }

  /** Returns the name of a job in scripts. Most members of a batch never need theirs. */
  nameOf(member: Member): string {
    member.ref ??= `${this.#queueName}:${encodeJobId(member.job.id)}`;
    return member.ref;
  }

  /** Writes an item. */
  write({ job, from, to }: FlowItem): ScriptArgument[] {
    const dependsOn = job.dependsOn ?? [];
    const dependants = from === 0 ? this.dependantsOf(job) : [];
    const args: ScriptArgument[] =
      from === 0
        ? ['job', ...jobArguments(job)]
        : [this.#isOther(job.id) ? 'undo' : 'edges', encodeJobId(job.id)];
    args.push(job.onDependencyFailure === 'continue' ? '0' : '1', to - from, dependants.length);
    // A slice names places that the job has.
    for (let at = from; at < to; at++) args.push(this.#dependency(dependsOn[at] as JobRef));
    for (const dependant of dependants) args.push(this.nameOf(dependant));
    return args;
  }

  /**
   * Names a job that is waited for: with `:t` one that is stored with what waits for it, with `:e` one that an earlier
   * slice stored so, with `:s` another of the call.
   */
  #dependency(ref: JobRef): string {
    const member = ref.queueName === this.#queueName ? this.#members.get(ref.id) : undefined;
    if (member === undefined) return refArgument(ref);
    const { job, stored } = member;
    if (typeof stored === 'string') return refArgument({ queueName: this.#queueName, id: stored });
    const name = this.nameOf(member);
    // An edge also names the definition.
    return isTied(job) ? `:${stored ? 'e' : 't'}${name}\0${job.name}` : `:s${name}`;
  }

  /** Notes with jobs of the call that one waits for them. */
  #tie({ id }: NewJob, dependsOn: readonly JobRef[]): void {
    // Each job of the call is a member.
    const dependant = this.#members.get(id) as Member;
    // Thousands may wait for one job, and one for thousands, each of which then has no list of its own.
    const alone = [dependant];
    for (const { queueName, id: other } of dependsOn) {
      const member = queueName === this.#queueName ? this.#members.get(other) : undefined;
      if (member === undefined || !isTied(member.job)) continue;
      const { dependants } = member;
      if (dependants.length === 0) member.dependants = alone;
      else if (dependants.at(-1) === dependant) continue;
      else if (dependants.length === 1) member.dependants = [...dependants, dependant];
      else dependants.push(dependant);
    }
  }

  /** Returns whether the result of a job has arrived, or the job is not part of the call. */
  #isKnown(id: string): boolean {
    const member = this.#members.get(id);
    return member === undefined || member.stored !== undefined;
  }

  /** Returns whether a job turned out to be another. */
  #isOther(id: string): boolean {
    return typeof this.#members.get(id)?.stored === 'string';
  }
}

/** Returns what is added to the score of each edge of a job. */
export function scoreBase({ onDependencyFailure }: NewJob): number {
  return onDependencyFailure === 'continue' ? 0 : 4;
}

function isTied({ deduplication }: NewJob): boolean {
  return deduplication === undefined;
}

/** Names a job as edges do: its queue and its id, in both forms if BullMQ may have made it. */
function refArgument({ queueName, id }: JobRef): string {
  return `${checkQueueName(queueName)}:${heldJobId(id)}`;
}
