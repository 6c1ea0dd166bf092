import type { SnoozeReason } from '@philjs/jobs-core/backend';
import { readAs, sharedByQueue, tampered, type Variant } from '../variant.ts';

const reasonsOf = sharedByQueue(() => new Map<string, SnoozeReason>());

export const snoozeNeverForgotten: Variant = {
  name: 'says for ever why a job was once put off',
  caughtBy: ['forgets why a job was put off once its next attempt has failed'],
  create: tampered((inner, context) =>
    readAs(inner, (job) => {
      const reasons = reasonsOf(context);
      if (job.snoozeReason !== undefined) reasons.set(job.id, job.snoozeReason);
      const snoozeReason = reasons.get(job.id);
      return snoozeReason === undefined ? job : { ...job, snoozeReason };
    }),
  ),
};
