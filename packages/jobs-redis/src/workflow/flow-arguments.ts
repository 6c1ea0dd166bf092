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

/** Cuts jobs, and the edges of those that wait for many, into calls of a bounded size. */
export function sliceFlow(jobs: readonly NewJob[]): FlowItem[][] {
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
      size += 1 + to - from;
      from = to;
    } while (from < edges);
  }
  return slices;
}

/**
 * Writes the items of one call as arguments of the script. A job is stored together with what waits for it in the same
 * call, which costs much less than to look for it later; except one with a deduplication key, which may be another's.
 */
export class FlowWriter {
  readonly #queueName: string;
  /** The jobs of the call, by their ids. */
  readonly #jobs: ReadonlyMap<string, NewJob>;
  /** The jobs of the call that wait for one of them. */
  readonly #dependants = new Map<string, string[]>();
  /** The jobs that earlier slices stored. */
  readonly #stored = new Set<string>();
  /** The jobs of the call that turned out to be others. */
  readonly #others = new Map<string, string>();

  constructor(jobs: readonly NewJob[], queueName: string) {
    this.#queueName = checkQueueName(queueName);
    this.#jobs = new Map(jobs.map((job) => [job.id, job]));
    for (const { id, dependsOn = [] } of jobs) {
      if (dependsOn.length === 0) continue;
      const ref = this.#refOf(id);
      const seen = new Set<string>();
      for (const { queueName: of, id: other } of dependsOn) {
        if (of !== queueName || seen.has(other) || !this.#isTied(other)) continue;
        seen.add(other);
        const dependants = this.#dependants.get(other);
        if (dependants === undefined) this.#dependants.set(other, [ref]);
        else dependants.push(ref);
      }
    }
  }

  /** Notes what became of a job: it was added, or it is stored under another id, or was known. */
  note(id: string, { id: stored, outcome }: AddResult): void {
    if (outcome === 'added') this.#stored.add(id);
    else this.#others.set(id, stored);
  }

  /** Returns whether items name jobs of the call of which it is not known yet what became of them, and has to be. */
  looksBack(items: readonly FlowItem[]): boolean {
    return items.some(
      ({ job, from, to }) =>
        (from > 0 && !this.#isKnown(job.id)) ||
        job.dependsOn
          ?.slice(from, to)
          .some(
            ({ queueName, id }) =>
              queueName === this.#queueName && this.#jobs.has(id) && !this.#isKnown(id),
          ),
    );
  }

  /** Returns the jobs that wait for a job, and with which it is stored. */
  dependantsOf({ id }: NewJob): readonly string[] {
    return this.#dependants.get(id) ?? [];
  }

  /** Writes the score and the member of each edge of an item, if earlier slices stored the job and all it names. */
  writeStoredEdges({ job, from, to }: FlowItem): ScriptArgument[] | undefined {
    if (!this.#stored.has(job.id)) return undefined;
    const args: ScriptArgument[] = [];
    const base = job.onDependencyFailure === 'continue' ? 0 : 4;
    for (let at = from; at < to; at++) {
      const name = this.#dependency(job.dependsOn?.[at] as JobRef);
      if (!name.startsWith(':e')) return undefined;
      args.push((at + 1) * 16 + base, name.slice(2));
    }
    return args;
  }

  /** Writes an item. */
  write({ job, from, to }: FlowItem): ScriptArgument[] {
    const dependsOn = job.dependsOn ?? [];
    const dependants = from === 0 ? this.dependantsOf(job) : [];
    const args: ScriptArgument[] =
      from === 0
        ? ['job', ...jobArguments(job)]
        : [this.#others.has(job.id) ? 'undo' : 'edges', encodeJobId(job.id)];
    args.push(job.onDependencyFailure === 'continue' ? '0' : '1', to - from, dependants.length);
    for (let at = from; at < to; at++) args.push(this.#dependency(dependsOn[at] as JobRef));
    args.push(...dependants);
    return args;
  }

  /**
   * Names a job that is waited for: with `:t` one that is stored with what waits for it, with `:e` one that an earlier
   * slice stored so, with `:s` another of the call.
   */
  #dependency(ref: JobRef): string {
    const job = ref.queueName === this.#queueName ? this.#jobs.get(ref.id) : undefined;
    if (job === undefined) return refArgument(ref);
    const other = this.#others.get(ref.id);
    if (other !== undefined) return refArgument({ queueName: this.#queueName, id: other });
    const own = this.#refOf(ref.id);
    if (!this.#isTied(ref.id)) return `:s${own}`;
    return `:${this.#stored.has(ref.id) ? 'e' : 't'}${own}\0${job.name}`;
  }

  #isKnown(id: string): boolean {
    return this.#stored.has(id) || this.#others.has(id);
  }

  #isTied(id: string): boolean {
    const job = this.#jobs.get(id);
    return job !== undefined && job.deduplication === undefined;
  }

  #refOf(id: string): string {
    return `${this.#queueName}:${encodeJobId(id)}`;
  }
}

/** Names a job as edges do: its queue and its id, in both forms if BullMQ may have made it. */
function refArgument({ queueName, id }: JobRef): string {
  return `${checkQueueName(queueName)}:${heldJobId(id)}`;
}
