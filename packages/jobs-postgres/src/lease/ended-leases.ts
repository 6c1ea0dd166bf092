import type { EndedLease, EndedOutcome } from '@philjs/jobs-core/backend';
import { usesStart } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import { toNewJob } from '../jobs/to-new-job.ts';

/** Writes ended leases as the functions of the schema take them. */
export function toEnded(ended: readonly EndedLease[]): string {
  return JSON.stringify(
    ended.map(({ lease, outcome }) => ({
      id: toText(lease.id),
      token: lease.fencingToken,
      kind: outcome.type,
      attempts: attemptsOf(outcome),
      started: usesStart(outcome),
      ...fieldsOf(outcome),
    })),
  );
}

function attemptsOf(outcome: EndedOutcome): number {
  if (outcome.type === 'fail' || outcome.type === 'cancel') return outcome.attemptUsed ? 1 : 0;
  return outcome.type === 'complete' || outcome.type === 'retry' ? 1 : 0;
}

/** Makes the fields of an outcome. Their JSON is a string within the JSON, so that its escapes arrive unchanged. */
function fieldsOf(outcome: EndedOutcome): object {
  switch (outcome.type) {
    case 'complete':
      return { result: textOf(outcome.result) };
    case 'retry':
      return {
        error: textOf(outcome.error),
        failures: textOf(outcome.failures),
        run_at: outcome.runAt,
        delay_ms: outcome.delayMs,
      };
    case 'snooze':
      return {
        reason: outcome.reason,
        run_at: outcome.runAt,
        delay_ms: outcome.delayMs,
        signal: outcome.signal,
      };
    case 'unstarted':
      return {
        concurrency_key: keyOf(outcome.keys?.concurrencyKey),
        rate_key: keyOf(outcome.keys?.rateKey),
      };
    default:
      return {
        error: textOf(outcome.error),
        failures: textOf(outcome.failures),
        ...(outcome.type === 'fail' && letterOf(outcome)),
      };
  }
}

function letterOf({ deadLetter }: Extract<EndedOutcome, { readonly type: 'fail' }>): object {
  if (deadLetter === undefined) return {};
  return { letter_queue: toText(deadLetter.queue), letter: toNewJob(deadLetter.job) };
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function keyOf(key: string | undefined): string | undefined {
  return key === undefined ? undefined : toText(key);
}
