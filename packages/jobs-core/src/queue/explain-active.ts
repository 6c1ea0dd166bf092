import type { JobRecord } from '../contract/job-record.ts';
import type { SeenWorker } from '../contract/worker-info.ts';
import { agoText } from './ago-text.ts';
import type { ExplanationReason } from './explanation.ts';

/** Says whether an active job runs, or why it does not: the kind and the sentence of each reason. Takes the workers that are alive. */
export function explainActive(
  record: JobRecord,
  alive: readonly SeenWorker[] | undefined,
  now: number,
): readonly (readonly [ExplanationReason, string])[] {
  const { lease, cancelRequested, fencingToken } = record;
  if (lease?.hasEnded !== true) {
    if (cancelRequested) return [['cancel-requested', 'It is running and was asked to stop.']];
    return [['active', `It is running, start ${fencingToken}.`]];
  }
  const ended =
    lease.endsAt === undefined ? 'has ended' : `ended ${agoText(Math.max(0, now - lease.endsAt))}`;
  const next =
    alive?.length === 0
      ? 'The next worker that starts takes it back.'
      : 'A worker of the queue takes it back when it next looks.';
  return [
    ['lease-ended', `It is active, but its lease ${ended}; no worker holds it. ${next}`],
    ...(alive?.length === 0
      ? [['no-worker', 'No worker is alive; start one with `queue.process()`.'] as const]
      : []),
    ...(cancelRequested
      ? [['cancel-requested', 'It was asked to stop; cancelled with `force` it ends now.'] as const]
      : []),
  ];
}
