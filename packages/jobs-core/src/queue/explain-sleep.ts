import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { stepsOf } from '../run/kept-steps.ts';
import { marksOf, type StepMark, stepOfKey } from '../run/step-marks.ts';
import type { Explanation } from './explanation.ts';

type Reason = Explanation['reasons'][number];

/** Says what a job waits for that a run of it has ended for: which sleep, which step that is tried again, which signals. */
export async function explainSleep(
  { id, runAt, snoozeReason }: JobRecord,
  backend: Backend,
): Promise<readonly Reason[]> {
  if (snoozeReason !== 'step' && snoozeReason !== 'signal') return [];
  const reasons = [...marksOf(await stepsOf(backend, id))]
    .sort(([, a], [, b]) => a.at - b.at)
    .flatMap(([key, mark]) => reasonOf(key, mark, runAt) ?? []);
  if (reasons.length > 0) return reasons;
  // What it waited for came, or was removed, since its record was read.
  const until = new Date(runAt);
  const message = `A run of it has ended for a step; the next one is at ${until.toISOString()}.`;
  return [{ reason: 'sleeping', message, until }];
}

/** Explains an entry that the job waits for. A sleep, or a step, of an earlier version of its handler has another time. */
function reasonOf(key: string, mark: StepMark, runAt: number): Reason | undefined {
  const { kind, name } = stepOfKey(key);
  const { endedAt, until: at } = mark;
  if (endedAt !== undefined || kind === 'signal') return undefined;
  const until = at === undefined ? undefined : new Date(at);
  if (kind === 'wait') {
    const most = until ? `at most until ${until.toISOString()}` : 'without a timeout';
    const message = `It waits for the signal \`${name}\`, ${most}; \`queue.signal\` sends it.`;
    return { reason: 'waiting-for-signal', message, ...(until && { until }) };
  }
  if (until === undefined || at !== runAt) return undefined;
  const time = until.toISOString();
  const message =
    kind === 'sleep'
      ? `It sleeps in \`${name}\` until ${time}.`
      : `Its step \`${name}\` ${failedText(mark)}; the next try is at ${time}.`;
  return { reason: 'sleeping', message, until };
}

function failedText({ tries = 1, error }: StepMark): string {
  const times = tries === 1 ? 'once' : `${tries} times`;
  return `failed ${times} (${error?.message ?? 'no error is stored'})`;
}
