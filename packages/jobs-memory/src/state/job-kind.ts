import type { NewJob, Retention } from '@philjs/jobs-core/backend';

/** Holds the values that jobs enqueued alike have in common. They share one of these; it never changes. */
export interface JobKind {
  readonly name: string;
  readonly version: number;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly keepCompleted: Retention;
  readonly keepFailed: Retention;
  readonly keepCancelled: Retention;
}

/** The number of names remembered at once. */
const MAX_NAMES = 1_000;

/** Finds the kind of new jobs: that of the previous job of the same name, if they are alike. */
export class JobKinds {
  readonly #byName = new Map<string, JobKind>();
  /** The kind found last: the next job most often is of the same one. */
  #last: JobKind | undefined;

  /** Returns the kind of a job. */
  of(job: NewJob): JobKind {
    if (this.#last?.name !== job.name || !isAlike(this.#last, job)) this.#last = this.#find(job);
    return this.#last;
  }

  #find(job: NewJob): JobKind {
    const known = this.#byName.get(job.name);
    if (known !== undefined && isAlike(known, job)) return known;
    const { name, version, priority, maxAttempts } = job;
    const { keepCompleted, keepFailed, keepCancelled } = job;
    const keep = { keepCompleted, keepFailed, keepCancelled };
    const kind = { name, version, priority, maxAttempts, ...keep };
    if (known === undefined && this.#byName.size >= MAX_NAMES) this.#byName.clear();
    this.#byName.set(name, kind);
    return kind;
  }
}

function isAlike(kind: JobKind, job: NewJob): boolean {
  return (
    kind.version === job.version &&
    kind.priority === job.priority &&
    kind.maxAttempts === job.maxAttempts &&
    isSame(kind.keepCompleted, job.keepCompleted) &&
    isSame(kind.keepFailed, job.keepFailed) &&
    isSame(kind.keepCancelled, job.keepCancelled)
  );
}

function isSame(a: Retention, b: Retention): boolean {
  return a === b || (a.ageMs === b.ageMs && a.count === b.count && a.total === b.total);
}
