import type { NewJob } from '../contract/new-job.ts';
import type { JobRef } from '../contract/workflow-store.ts';
import { JobsError } from '../errors/jobs-error.ts';

const NONE: readonly JobRef[] = [];

interface Step {
  readonly job: NewJob;
  /** Dependencies not looked at yet. */
  readonly ahead: Iterator<JobRef>;
}

/**
 * Puts each job behind those of the same call that it waits for; otherwise their order stays. Of several jobs with one
 * id the first is taken.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for jobs that wait for each other in a circle, which it names
 */
export function inOrderOfDependencies(
  jobs: readonly NewJob[],
  queueName: string,
): readonly NewJob[] {
  return isInOrder(jobs, queueName) ? jobs : new Ordering(jobs, queueName).ordered;
}

/** Returns whether jobs have different ids and wait only for earlier ones of the call, as those of a batch do. */
function isInOrder(jobs: readonly NewJob[], queueName: string): boolean {
  const earlier = new Set<string>();
  for (const { id, dependsOn = NONE } of jobs) {
    for (let at = 0; at < dependsOn.length; at++) {
      const ref = dependsOn[at] as JobRef;
      // Most jobs wait for the first ones of the call, in their order: then no set has to be searched.
      const isFirst = at < earlier.size && ref.id === jobs[at]?.id;
      if (ref.queueName === queueName && !isFirst && !earlier.has(ref.id)) return false;
    }
    if (earlier.size === earlier.add(id).size) return false;
  }
  return true;
}

class Ordering {
  readonly ordered: NewJob[] = [];
  readonly #queueName: string;
  readonly #left = new Map<string, NewJob>();
  readonly #path: Step[] = [];
  readonly #onPath = new Set<string>();

  constructor(jobs: readonly NewJob[], queueName: string) {
    this.#queueName = queueName;
    for (const job of jobs) if (!this.#left.has(job.id)) this.#left.set(job.id, job);
    for (const job of [...this.#left.values()]) {
      if (this.#left.has(job.id)) this.#follow(job);
    }
  }

  /** Takes a job after all it waits for: without recursion, since a chain may be long. */
  #follow(first: NewJob): void {
    this.#enter(first);
    for (let step = this.#path.at(-1); step !== undefined; step = this.#path.at(-1)) {
      const next = step.ahead.next();
      if (next.done === true) this.#take(step.job);
      else this.#look(next.value);
    }
  }

  #look({ queueName, id }: JobRef): void {
    const job = queueName === this.#queueName ? this.#left.get(id) : undefined;
    if (job === undefined) return;
    if (this.#onPath.has(id)) throw this.#circle(job);
    this.#enter(job);
  }

  #enter(job: NewJob): void {
    this.#path.push({ job, ahead: (job.dependsOn ?? []).values() });
    this.#onPath.add(job.id);
  }

  #take(job: NewJob): void {
    this.#path.pop();
    this.#onPath.delete(job.id);
    this.#left.delete(job.id);
    this.ordered.push(job);
  }

  #circle(again: NewJob): JobsError {
    const start = this.#path.findIndex(({ job }) => job.id === again.id);
    const circle = [...this.#path.slice(start).map(({ job }) => job), again];
    const named = circle.map(({ name, id }) => `\`${name}\` (${id})`).join(' waits for ');
    return new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected dependencies without a circle, got ${named}.`,
      { details: { field: 'dependsOn', cycle: circle.map(({ id }) => id) } },
    );
  }
}
