import type { IQueue } from '@philjs/jobs-core';
import { jobOfSchedule } from '@philjs/jobs-core/redact';
import type { Redactor } from '@philjs/jobs-monitor';
import type { JobRun, ScheduledJob } from '@philjs/jobs-scheduler';
import type { CommandContext } from '../command-context.ts';
import { withBigInts } from '../output.ts';

/** Holds the inputs for showing a schedule. */
export interface ShownSchedule extends Pick<CommandContext, 'output' | 'redactor'> {
  /** The schedule as it is stored. */
  readonly schedule: ScheduledJob;
}

/** Masks the payload and options of a schedule in the same way as those of its jobs. */
export function maskedSchedule(schedule: ScheduledJob, redactor: Redactor): ScheduledJob {
  const job = jobOfSchedule(schedule);
  const { payload, metadata } = redactor.whole(job);
  const mask = (text: string): string => redactor.about(job, text);
  const { options, note, description } = schedule;
  return {
    ...schedule,
    payload,
    options: {
      ...options,
      ...('payload' in options && { payload }),
      ...(options.description !== undefined && { description: mask(options.description) }),
      enqueueOptions: { ...textsMasked(options.enqueueOptions ?? {}, mask), metadata },
    } as ScheduledJob['options'],
    ...(note !== undefined && { note: mask(note) }),
    ...(description !== undefined && { description: mask(description) }),
  };
}

/** Masks the texts of the options that a schedule enqueues with, such as its tags and its key against duplicates. */
function textsMasked(options: object, mask: (text: string) => string): object {
  const masked = (value: unknown): unknown => {
    if (typeof value === 'string') return mask(value);
    if (Array.isArray(value)) return value.map(masked);
    const isRecord = typeof value === 'object' && value !== null && !(value instanceof Date);
    return isRecord ? textsMasked(value, mask) : value;
  };
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, masked(value)]));
}

/** Describes in one line when a schedule fires. */
export function whenOf({ cron, timezone, every, at }: ScheduledJob): string {
  if (cron !== undefined) return timezone === undefined ? cron : `${cron} ${timezone}`;
  if (every !== undefined) return `every ${every} ms`;
  return `at ${at?.length ?? 0} dates`;
}

/** Prints a schedule. */
export function showSchedule({ output, redactor, schedule }: ShownSchedule, queue: string): void {
  const one = maskedSchedule(schedule, redactor);
  const rows: readonly (readonly [string, string])[] = [
    ['id', one.id],
    ['queue', queue],
    ['job', one.jobName],
    ['for', one.description ?? ''],
    ['owner', one.owner ?? ''],
    ['when', whenOf(one)],
    ['next', one.nextRun?.toISOString() ?? ''],
    ['last', one.lastRun?.toISOString() ?? ''],
    ['runs', one.maxRuns === undefined ? `${one.runsCount}` : `${one.runsCount} of ${one.maxRuns}`],
    ['paused', one.paused ? `${one.pausedAt?.toISOString() ?? ''} ${one.note ?? ''}`.trim() : ''],
    ['ended', one.endedAt === undefined ? '' : `${one.endedAt.toISOString()} ${one.endReason}`],
    ['overlap', one.overlap],
    ['catch up', String(one.catchUp)],
    ['payload', payloadOf(one)],
  ];
  output.result({ queue, ...one }, () =>
    rows
      .filter(([, value]) => value !== '')
      .map(([key, value]) => `${output.style('bold', key.padEnd(9))} ${output.hostile(value)}`)
      .join('\n'),
  );
}

function payloadOf({ payload, payloadPerTick, undeclared }: ScheduledJob): string {
  if (!payloadPerTick) return JSON.stringify(payload, withBigInts) ?? '';
  return undeclared
    ? 'computed for each tick; no running process declares it'
    : 'computed for each tick';
}

/** Prints the outcomes of a schedule's ticks. */
export async function showHistory(
  { output, redactor, schedule }: ShownSchedule,
  stored: readonly JobRun[],
  queue: IQueue,
): Promise<void> {
  const runs = await Promise.all(
    stored.map(async (run) => {
      const { error, jobId } = run;
      if (error === undefined) return run;
      // The payload of the schedule may have changed since, or is computed for each tick.
      const job = jobId === undefined ? undefined : await queue.getJob(jobId);
      return { ...run, error: redactor.about(job ?? jobOfSchedule(schedule), error) };
    }),
  );
  output.result(runs, () =>
    runs.length === 0
      ? 'It has not ticked yet.'
      : output.table(
          ['planned', 'status', 'job', 'cause', ''],
          runs.map((run) => [
            run.scheduledAt.toISOString(),
            run.status === 'failed' ? output.style('red', run.status) : run.status,
            output.hostile(run.jobId ?? ''),
            run.cause ?? '',
            output.hostile((run.error ?? run.reason ?? '').slice(0, 60)),
          ]),
        ),
  );
}
