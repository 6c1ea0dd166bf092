import type { AddResult, JobRef, NewJob } from '@philjs/jobs-core/backend';
import { encodeJobId, heldJobId } from '../keys/job-id.ts';
import { checkQueueName } from '../keys/queue-name.ts';
import { jobArguments } from '../record/job-arguments.ts';
import type { ScriptArgument } from '../script/script.ts';

/** How many jobs and edges one script stores. */
const MOST_STORED = 500;
/** A job with more edges than these that does not fit into a call gets one of its own, and its edges in the next ones. */
const MANY = 100;

/** One item of the script that adds workflows: a job, or edges of a job that an earlier item stored. */
export interface FlowItem {
  readonly job: NewJob;
  /** Its place among the jobs of the call. */
  readonly place: number;
  /** Whether the job itself is stored. */
  readonly isNew: boolean;
  /** The place of its first edge among those of the job. */
  readonly from: number;
  readonly to: number;
}

const NONE: readonly number[] = [];

/**
 * Writes the items of one call as arguments of the script. A job is stored together with what waits for it in the same
 * call, which costs much less than to look for it later; except one with a deduplication key, which may be another's.
 * Jobs are known by their places in the call.
 */
export class FlowWriter {
  /** How many jobs this call stored, and the stored id of the first. */
  readonly stored: { count: number; first: string } = { count: 0, first: '' };
  readonly #queueName: string;
  readonly #jobs: readonly NewJob[];
  /** True for a job that an earlier slice stored, the other id for one that turned out to be another. */
  readonly #outcomes: (true | string)[] = [];
  readonly #names: string[] = [];
  /** The jobs that wait for each. */
  readonly #dependants: number[][] = [];
  /** The places of the jobs by their ids, once one is looked for that is not next. */
  #places: Map<string, number> | undefined;
  /** The place behind the job that was last found. */
  #next = 0;
  /** The job whose first edges were stored together with what it waits for, and how many. */
  #gathered: { readonly place: number; readonly to: number } | undefined;

  constructor(jobs: readonly NewJob[], queueName: string) {
    this.#queueName = checkQueueName(queueName);
    this.#jobs = jobs;
    jobs.forEach(({ dependsOn }, place) => {
      if (dependsOn !== undefined) this.#tie(place, dependsOn);
    });
  }

  /**
   * Cuts the jobs, and the edges of those that wait for many, into calls of a bounded size. Each child of a running job
   * adds an edge of that job, and is looked for among what the job waits for: it counts as four items.
   */
  *slices(areChildren = false): Generator<readonly FlowItem[]> {
    const least = areChildren ? 4 : 1;
    let slice: FlowItem[] = [];
    let left = MOST_STORED;
    for (const [place, job] of this.#jobs.entries()) {
      const edges = job.dependsOn?.length ?? 0;
      const isLarge = edges > MANY && edges > left;
      if (left <= 0 || (isLarge && slice.length > 0)) {
        yield slice;
        slice = [];
        left = MOST_STORED;
      }
      let to = isLarge ? 0 : Math.min(edges, left);
      slice.push({ job, place, isNew: true, from: 0, to });
      left -= least + to;
      while (to < edges) {
        yield slice;
        const from = to;
        to = Math.min(edges, from + MOST_STORED);
        slice = [{ job, place, isNew: false, from, to }];
        left = MOST_STORED - least - to + from;
      }
    }
    yield slice;
  }

  /** Returns the places of the jobs of the call that wait for one, and with which it is stored. */
  dependantsOf(place: number): readonly number[] {
    return this.#dependants[place] ?? NONE;
  }

  /** Counts a job that this call stored. */
  count(storedId: string): void {
    this.stored.count += 1;
    this.stored.first ||= storedId;
  }

  /** Notes the result of a job: added, stored under another id, or known before. */
  note({ place }: FlowItem, { id, outcome }: AddResult): void {
    this.#outcomes[place] = outcome === 'added' || id;
  }

  /** Returns whether items need results of jobs of the call that have not arrived yet. */
  looksBack(items: readonly FlowItem[]): boolean {
    return items.some((item) => {
      const { job, place, isNew, from, to } = item;
      if (this.isGathered(item)) return false;
      if (!isNew && this.#outcomes[place] === undefined) return true;
      const places = job.dependsOn?.slice(from, to).map((ref) => this.#placeOf(ref));
      return isLater(item) || places?.some((at) => at >= 0 && this.#outcomes[at] === undefined);
    });
  }

  /**
   * Returns whether a job of the call can have no other outcome than to be stored, and the jobs of items are what it waits
   * for from one on, in their order.
   */
  waitsInOrder(place: number, items: readonly FlowItem[], from: number): boolean {
    const waiting = this.#jobs[place] as NewJob;
    if (!isTied(waiting)) return false;
    return items.every(({ job }, at) => {
      const dependency = waiting.dependsOn?.[from + at];
      return dependency?.id === job.id && dependency.queueName === this.#queueName;
    });
  }

  /**
   * Notes that the edges of a job up to one were stored together with what it waits for; at 0, that some are sent so,
   * and may be kept aside whatever the answer says: that of a repeated call.
   */
  gather(place: number, to: number): void {
    this.#gathered = { place, to: Math.max(to, this.#gathered?.to ?? 0) };
  }

  /** Returns the stored id of the job whose edges were stored so; empty for none. */
  get gatheredId(): string {
    const { id } = this.#jobs[this.#gathered?.place ?? -1] ?? {};
    return id === undefined ? '' : encodeJobId(id);
  }

  /** Returns whether the edges of an item were stored so, and the job was stored after them. */
  isGathered({ place, isNew, to }: FlowItem): boolean {
    if (isNew || this.#gathered?.place !== place) return false;
    return to <= this.#gathered.to && this.#outcomes[place] === true;
  }

  /** Returns the name of a job in scripts. Most members of a batch never need theirs. */
  nameOf(place: number): string {
    this.#names[place] ??= `${this.#queueName}:${encodeJobId(this.#jobs[place]?.id ?? '')}`;
    return this.#names[place];
  }

  /** Returns what is added to the score of each edge of a job. */
  scoreBase(place: number): number {
    return this.#jobs[place]?.onDependencyFailure === 'continue' ? 0 : 4;
  }

  /** Writes an item. */
  write(item: FlowItem): ScriptArgument[] {
    const { job, place, isNew, from, to } = item;
    const dependants = isNew ? this.dependantsOf(place) : NONE;
    const args: ScriptArgument[] = isNew
      ? [isLater(item) ? 'later' : 'job', ...jobArguments(job)]
      : [typeof this.#outcomes[place] === 'string' ? 'undo' : 'edges', encodeJobId(job.id)];
    args.push(job.onDependencyFailure === 'continue' ? '0' : '1', to - from, dependants.length);
    for (const ref of job.dependsOn?.slice(from, to) ?? []) args.push(this.#dependency(ref));
    for (const dependant of dependants) args.push(this.nameOf(dependant));
    return args;
  }

  /**
   * Names a job that is waited for: with `:t` one that is stored with what waits for it, with `:e` one that an earlier
   * slice stored so, with `:s` another of the call.
   */
  #dependency(ref: JobRef): string {
    const place = this.#placeOf(ref);
    const job = this.#jobs[place];
    const outcome = this.#outcomes[place];
    if (job === undefined) return refArgument(ref);
    if (typeof outcome === 'string') return refArgument({ ...ref, id: outcome });
    const name = this.nameOf(place);
    // An edge also names the definition.
    return isTied(job) ? `:${outcome ? 'e' : 't'}${name}\0${job.name}` : `:s${name}`;
  }

  /** Notes with jobs of the call that one waits for them. */
  #tie(dependant: number, dependsOn: readonly JobRef[]): void {
    // Thousands may wait for one job, and one for thousands, each of which then has no list of its own.
    const alone = [dependant];
    for (const ref of dependsOn) {
      const place = this.#placeOf(ref);
      const job = this.#jobs[place];
      if (job === undefined || !isTied(job)) continue;
      const dependants = this.#dependants[place];
      if (dependants === undefined) this.#dependants[place] = alone;
      else if (dependants.at(-1) === dependant) continue;
      else if (dependants.length === 1) this.#dependants[place] = [...dependants, dependant];
      else dependants.push(dependant);
    }
  }

  /**
   * Finds the place of a job of the call; -1 for another. Most are the one behind the last that was found, as the members
   * of a batch are.
   */
  #placeOf({ queueName, id }: JobRef): number {
    if (queueName !== this.#queueName) return -1;
    if (this.#jobs[this.#next]?.id !== id) {
      this.#places ??= new Map(this.#jobs.map((job, place) => [job.id, place]));
      this.#next = this.#places.get(id) ?? -1;
    }
    this.#next += 1;
    return this.#next - 1;
  }
}

/** Returns whether all edges of a job come in later items. */
function isLater({ job, isNew, to }: FlowItem): boolean {
  return isNew && to === 0 && job.dependsOn !== undefined;
}

function isTied({ deduplication }: NewJob): boolean {
  return deduplication === undefined;
}

/** Names a job as edges do: its queue and its id, in both forms if BullMQ may have made it. */
function refArgument({ queueName, id }: JobRef): string {
  return `${checkQueueName(queueName)}:${heldJobId(id)}`;
}
