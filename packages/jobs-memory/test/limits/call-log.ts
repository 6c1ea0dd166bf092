/** The limits that hold at a time. */
export interface Limits {
  readonly rateMax: number;
  readonly concurrency: number;
  readonly perKey: number;
}

/** One call as it was enqueued, and what became of it. */
export interface Call {
  readonly n: number;
  readonly tenant: string;
  readonly priority: number;
  /** By how much its payload is late the first time it is read. */
  readonly lateMs: number;
  readonly lastsMs: number;
  readonly isDelayed: boolean;
  readonly addedAt: number;
  isGone: boolean;
  /** Whether a worker may have been stopped or killed while it held it. */
  isDisturbed: boolean;
}

/** One start as the handler wrote it down. */
export interface Start {
  readonly call: Call;
  readonly at: number;
  readonly fencingToken: number;
  /** Which process it ran on. */
  readonly process: unknown;
  endedAt: number | undefined;
}

/** The length of the windows, and how late a start in them may be. */
export const PER_MS = 1000;
export const LATENESS_MS = PER_MS / 20;

/** The lines handlers wrote and the limits that held meanwhile: judges whether those were kept. */
export class CallLog {
  readonly starts: Start[] = [];
  readonly #limits: { readonly since: number; readonly limits: Limits }[] = [];

  /** The limits that hold now. */
  get limits(): Limits {
    return (this.#limits.at(-1) as { limits: Limits }).limits;
  }

  changed(since: number, limits: Limits): void {
    this.#limits.push({ since, limits });
  }

  /** Names all that is wrong with the starts so far. */
  faults(calls: readonly Call[]): string[] {
    return this.starts.flatMap((start, index) => [
      ...this.#faultsOfRate(start),
      ...this.#faultsOfConcurrency(start, index),
      ...this.#faultsOfOrder(start, index, calls),
      ...(start.fencingToken > 1 && start.call.lateMs === 0 && !start.call.isDisturbed
        ? [`${start.call.n} was handed out ${start.fencingToken} times`]
        : []),
    ]);
  }

  /** The starts that are under way at a time. */
  active(at: number, starts: readonly Start[] = this.starts): Start[] {
    return starts.filter(({ endedAt }) => endedAt === undefined || endedAt > at);
  }

  /** How many calls of a tenant started within the window that ends now. */
  recent(tenant: string, now: number): number {
    return this.starts.filter(({ call, at }) => call.tenant === tenant && at > now - PER_MS).length;
  }

  #faultsOfRate({ call, at }: Start): string[] {
    const end = at + 0.95 * PER_MS;
    const within = this.starts.filter((other) => {
      return other.call.tenant === call.tenant && other.at >= at && other.at < end;
    });
    const allowed = this.#most('rateMax', at - LATENESS_MS, end);
    return within.length > allowed
      ? [`${within.length} of ${call.tenant} started from ${at} on where ${allowed} may`]
      : [];
  }

  #faultsOfConcurrency({ call, at }: Start, index: number): string[] {
    const active = this.active(at, this.starts.slice(0, index + 1));
    const ofKey = active.filter((other) => other.call.tenant === call.tenant);
    const [all, key] = (['concurrency', 'perKey'] as const).map((limit) =>
      this.#most(limit, at - LATENESS_MS, at),
    ) as [number, number];
    const faults: string[] = [];
    if (active.length > all)
      faults.push(`${active.length} were active at ${at} where ${all} may be`);
    if (ofKey.length > key) faults.push(`${ofKey.length} of ${call.tenant} at ${at}, not ${key}`);
    return faults;
  }

  /** Compares a start with the calls of its tenant that were ready for longer: only those that were never late. */
  #faultsOfOrder({ call, at }: Start, index: number, calls: readonly Call[]): string[] {
    if (!isPlain(call)) return [];
    const started = new Set(this.starts.slice(0, index).map((start) => start.call));
    const passed = calls.filter(
      (other) =>
        other !== call &&
        isPlain(other) &&
        !other.isGone &&
        other.tenant === call.tenant &&
        other.addedAt < at &&
        !started.has(other) &&
        (other.priority > call.priority || (other.priority === call.priority && other.n < call.n)),
    );
    return passed.length > 0 ? [`${call.n} started before ${passed.map(({ n }) => n)}`] : [];
  }

  #most(limit: keyof Limits, from: number, until: number): number {
    const held = this.#limits.filter(({ since }, index) => {
      const next = this.#limits[index + 1]?.since ?? Number.POSITIVE_INFINITY;
      return since <= until && next >= from;
    });
    return Math.max(...held.map(({ limits }) => limits[limit]));
  }
}

/** Whether nothing but its turn and its limits decides when it starts. */
export function isPlain(call: Call): boolean {
  return call.lateMs === 0 && !call.isDelayed && !call.isDisturbed;
}
