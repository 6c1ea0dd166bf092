/** One key of one priority while it has jobs that wait. */
interface Share {
  base: number;
  since: number;
  readonly waiting: { readonly id: string; readonly place: number }[];
}

/** A job that the model knows. */
interface FairJob {
  readonly priority: number;
  readonly key: string;
  /** Its place among the jobs of its key. */
  place: number;
  /** The turn of its key before and after its last start. */
  charged?: { readonly base: number; readonly since: number; readonly at: number };
}

/** Predicts the starts of a fair queue without weights and limits, in the simplest way. */
export class FairTurns {
  readonly #jobs = new Map<string, FairJob>();
  readonly #shares = new Map<string, Share>();
  readonly #times = new Map<number, number>();
  #places = 0;
  #changes = 0;

  /** Adds a job, or puts one back behind the others of its key. */
  add(id: string, job: { readonly priority: number; readonly key: string }): void {
    this.#jobs.set(id, { priority: job.priority, key: job.key, place: ++this.#places });
    this.#join(id);
  }

  /** Puts an active job behind the others of its key. */
  retry(id: string): void {
    const { priority, key } = this.#jobs.get(id) as FairJob;
    this.add(id, { priority, key });
  }

  /** Gives the start of an active job back. */
  giveBack(id: string): void {
    const { priority, key, charged } = this.#jobs.get(id) as FairJob;
    const share = this.#shares.get(`${priority}:${key}`);
    if (charged && share?.since === charged.at)
      Object.assign(share, { base: charged.base, since: charged.since });
    this.#join(id, charged);
  }

  /** Takes a waiting job out. */
  remove(id: string): void {
    const { priority, key } = this.#jobs.get(id) as FairJob;
    const name = `${priority}:${key}`;
    const { waiting } = this.#shares.get(name) as Share;
    waiting.splice(
      waiting.findIndex((each) => each.id === id),
      1,
    );
    if (waiting.length > 0) return;
    this.#shares.delete(name);
    const isLast = ![...this.#shares.keys()].some((other) => other.startsWith(`${priority}:`));
    if (isLast) this.#times.delete(priority);
  }

  /** Starts up to a number of jobs, and returns their ids. */
  start(most: number): string[] {
    const ids: string[] = [];
    while (ids.length < most) {
      const [first] = [...this.#shares].sort(([a, one], [b, other]) => {
        return (
          Number(b.split(':')[0]) - Number(a.split(':')[0]) ||
          one.base - other.base ||
          one.since - other.since
        );
      });
      if (!first) break;
      const [, share] = first;
      const { id } = share.waiting[0] as { id: string };
      const job = this.#jobs.get(id) as FairJob;
      const time = Math.max(this.#times.get(job.priority) ?? 0, share.base + 1);
      this.#times.set(job.priority, time);
      job.charged = { base: share.base, since: share.since, at: ++this.#changes };
      Object.assign(share, { base: time, since: this.#changes });
      this.remove(id);
      ids.push(id);
    }
    return ids;
  }

  /** Lists the ids of the jobs that wait. */
  waiting(): string[] {
    return [...this.#shares.values()].flatMap(({ waiting }) => waiting.map(({ id }) => id));
  }

  /** Counts the jobs of its key before a waiting one. */
  ahead(id: string): number {
    const { priority, key } = this.#jobs.get(id) as FairJob;
    const share = this.#shares.get(`${priority}:${key}`) as Share;
    return share.waiting.findIndex((each) => each.id === id);
  }

  #join(id: string, kept?: FairJob['charged']): void {
    const { priority, key, place } = this.#jobs.get(id) as FairJob;
    const name = `${priority}:${key}`;
    const time = this.#times.get(priority) ?? 0;
    const share = this.#shares.get(name) ?? {
      base: Math.min(kept?.base ?? time, time),
      since: kept?.since ?? ++this.#changes,
      waiting: [],
    };
    this.#shares.set(name, share);
    share.waiting.push({ id, place });
    share.waiting.sort((a, b) => a.place - b.place);
  }
}
