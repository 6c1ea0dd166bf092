import type { FailureGroup } from '../failures/failure-group.ts';
import type { FailureScan } from '../failures/scan-failures.ts';
import { counted, countText } from '../text/number.ts';
import type { HealthThresholds } from './health-thresholds.ts';
import type { HealthProblem } from './system-health.ts';

/** How many causes per queue get their own sentence. */
const NAMED = 3;
const MAX_CAUSE = 80;
const DAY_MS = 86_400_000;

/**
 * Finds the open failed jobs: a job counts until it is retried, removed or acknowledged.
 */
export function failureProblems(
  queue: string,
  { groups, scanned, total }: FailureScan,
  { failedWarning, failedCritical }: HealthThresholds,
  now: number,
): HealthProblem[] {
  const open = groups
    .filter(({ unattended }) => unattended > 0)
    .sort((a, b) => b.unattended - a.unattended);
  const count = open.reduce((sum, { unattended }) => sum + unattended, 0);
  // Jobs that were not scanned are older than the scanned ones; they count while a scanned one is open.
  const all = count + (open.length > 0 ? Math.max(0, total - scanned) : 0);
  if (all === 0 || all < failedWarning) return [];
  const severity: HealthProblem['severity'] = all >= failedCritical ? 'critical' : 'warning';
  const isWhole = scanned >= total;
  const named = open.slice(0, NAMED).map((group) => ({
    kind: 'failures' as const,
    severity,
    queue,
    group: group.key,
    count: group.unattended,
    since: new Date(group.openSince),
    message: failureSentence(
      whose(group),
      { ...group, count: group.unattended, since: group.openSince, isWhole },
      now,
    ),
  }));
  const rest = open.slice(NAMED);
  if (rest.length === 0) return named;
  const restCount = rest.reduce((sum, { unattended }) => sum + unattended, 0);
  const causes = counted(rest.length, 'more cause');
  const message = `\`${queue}\`: ${counted(restCount, 'failed job')} of ${causes}`;
  return [...named, { kind: 'failures', severity, queue, count: restCount, message }];
}

/** Describes the failures that a sentence is about. */
interface ToldFailures extends Pick<FailureGroup, 'code' | 'errorName' | 'message'> {
  readonly count: number;
  /** When the first of them failed, in epoch milliseconds. */
  readonly since: number;
  /** Whether all failed jobs were looked at. */
  readonly isWhole: boolean;
}

/** Writes a problem's sentence, such as "`charge-card`: 1,500 × ECONNREFUSED since 02:51 UTC." */
export function failureSentence(who: string, told: ToldFailures, now: number): string {
  const [least, before] = told.isWhole ? ['', ''] : ['at least ', 'before '];
  return `${who}: ${least}${countText(told.count)} × ${causeOf(told)} since ${before}${sinceText(told.since, now)}`;
}

/** Names the jobs of a group: the name most of them have, and how many others there are. */
function whose({ names }: FailureGroup): string {
  const [[name] = ['']] = [...names].sort(([, a], [, b]) => b - a);
  return `\`${name}\`${names.size > 1 ? ` and ${counted(names.size - 1, 'other job')}` : ''}`;
}

function causeOf({ code, errorName, message }: ToldFailures): string {
  if (code !== undefined) return code;
  const text = message === '' ? errorName : message;
  return text.length > MAX_CAUSE ? `${text.slice(0, MAX_CAUSE)}…` : text;
}

function sinceText(at: number, now: number): string {
  const iso = new Date(at).toISOString();
  const time = `${iso.slice(11, 16)} UTC`;
  return now - at < DAY_MS ? time : `${iso.slice(0, 10)} ${time}`;
}
