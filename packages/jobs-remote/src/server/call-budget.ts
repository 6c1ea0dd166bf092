import { JobsError } from '@philjs/jobs-core';
import type { CheckedLimits } from './remote-limits.ts';

interface Used {
  minute: number;
  calls: number;
  waits: number;
}

/** Counts the calls of each client against its limits. */
export class CallBudget {
  readonly #limits: CheckedLimits;
  readonly #used = new Map<string, Used>();
  #waits = 0;

  constructor(limits: CheckedLimits) {
    this.#limits = limits;
  }

  /** Counts a call. @throws JobsError `JOBS_TOO_MANY_REQUESTS` */
  take(client: string): void {
    const used = this.#of(client);
    const now = Date.now();
    const minute = Math.floor(now / 60_000);
    if (used.minute !== minute) Object.assign(used, { minute, calls: 0 });
    used.calls += 1;
    if (used.calls <= this.#limits.callsPerMinute) return;
    const retryAfterSeconds = Math.ceil(((minute + 1) * 60_000 - now) / 1000);
    throw tooMany(client, `${this.#limits.callsPerMinute} calls a minute`, retryAfterSeconds);
  }

  /** Makes a call that waits; it counts until it is over. @throws JobsError `JOBS_TOO_MANY_REQUESTS` */
  async wait<T>(client: string, call: () => Promise<T>): Promise<T> {
    const leave = this.#hold(client);
    try {
      return await call();
    } finally {
      leave();
    }
  }

  /** Opens a stream, which calls back when it has ended. @throws JobsError `JOBS_TOO_MANY_REQUESTS` */
  async stream<T>(client: string, open: (onEnd: () => void) => Promise<T>): Promise<T> {
    const leave = this.#hold(client);
    try {
      return await open(leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Counts a call until the function it returns is called. */
  #hold(client: string): () => void {
    const used = this.#of(client);
    const { waits, waitsInAll } = this.#limits;
    if (used.waits >= waits) throw tooMany(client, `${waits} calls that wait at once`, 1);
    if (this.#waits >= waitsInAll) {
      throw tooMany(client, `${waitsInAll} calls that wait at once, of all clients together`, 1);
    }
    used.waits += 1;
    this.#waits += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      used.waits -= 1;
      this.#waits -= 1;
    };
  }

  #of(client: string): Used {
    const used = this.#used.get(client) ?? { minute: 0, calls: 0, waits: 0 };
    this.#used.set(client, used);
    return used;
  }
}

function tooMany(client: string, limit: string, retryAfterSeconds: number): JobsError {
  return new JobsError(
    'JOBS_TOO_MANY_REQUESTS',
    `The token \`${client}\` is over its limit of ${limit}.`,
    {
      details: { token: client, retryAfterSeconds },
    },
  );
}
