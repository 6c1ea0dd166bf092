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

  /** Makes a call; one that waits counts until it is over. @throws JobsError `JOBS_TOO_MANY_REQUESTS` */
  async during<T>(client: string, path: string, call: () => Promise<T>): Promise<T> {
    if (path !== 'leases/wait') return call();
    const used = this.#of(client);
    const { waits } = this.#limits;
    if (used.waits >= waits) throw tooMany(client, `${waits} calls that wait at once`, 1);
    used.waits += 1;
    try {
      return await call();
    } finally {
      used.waits -= 1;
    }
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
