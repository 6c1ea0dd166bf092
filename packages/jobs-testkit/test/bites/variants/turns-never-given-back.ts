import type { JobLimits } from '@philjs/jobs-core';
import type { Backend, ConsumeParams } from '@philjs/jobs-core/backend';
import { consumeWith, tampered, type Variant } from '../variant.ts';

/** Has each job reserve its turn once it is claimed, as a store does that cannot tell which may start. */
function reserving(inner: Backend, params: ConsumeParams): Partial<ConsumeParams> {
  const { limits = new Map<string, JobLimits>(), execute } = params;
  return {
    limits: new Map([...limits].map(([name, { rate, ...rest }]) => [name, rest])),
    execute: async (claimed) => {
      const { name, runAt, snoozeReason, rateKey = '' } = claimed.job;
      const rate = limits.get(name)?.rate;
      if (rate === undefined || snoozeReason === 'rate-limit') return execute(claimed);
      const asked = { key: `${name}:${rateKey}`, ...rate, now: claimed.job.processedAt ?? runAt };
      const { waitMs } = (await inner.limiter?.take(asked)) ?? { waitMs: 0 };
      if (waitMs === 0) return execute(claimed);
      return { type: 'snooze', reason: 'rate-limit', runAt: asked.now + waitMs };
    },
  };
}

export const turnsNeverGivenBack: Variant = {
  name: 'reserves turns, and keeps those of jobs that are gone',
  caughtBy: [
    'starts no more jobs in a window than allowed, over all processes, and hands each out once',
    'gives the turns of jobs that are cleared to those that come after them',
    'gives the turns of jobs that are removed to those that come after them',
    'gives the turns of jobs that are cancelled to those that come after them',
  ],
  create: tampered((inner) => consumeWith(inner, (params) => reserving(inner, params))),
};
