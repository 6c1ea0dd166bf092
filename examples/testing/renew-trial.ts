import { defineJob, type JobDefinition } from '@philjs/jobs-core';

/** Sends a mail. */
export type Mailer = (to: string) => Promise<void>;

/** Defines the job that asks customers whether to renew their trial. Tests pass their own mailer. */
export function defineRenewTrial(
  mail: Mailer,
): JobDefinition<'renew-trial', { to: string }, { mailed: string }> {
  return defineJob({
    name: 'renew-trial',
    attempts: 3,
    backoff: { type: 'exponential', delay: 1_000 },
    rateLimit: { max: 3, per: 3_600_000 },
    handler: async ({ to }: { to: string }, ctx) => {
      ctx.log('mailing %s, attempt %d', to, ctx.attempt);
      await mail(to);
      return { mailed: to };
    },
  });
}
