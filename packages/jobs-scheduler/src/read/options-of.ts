import type { IQueue } from '@philjs/jobs-core';
import { internalsOf } from '@philjs/jobs-core/internal';
import type {
  ScheduledEnqueueOptions,
  ScheduleOptions,
  ScheduleTiming,
} from '../options/schedule-options.ts';
import { optionsGiven } from '../spec/given-options.ts';
import type { JobTemplate } from '../spec/job-template.ts';
import type { ScheduleSpec, Timing } from '../spec/schedule-spec.ts';

/** Makes the options that declare a schedule of a queue as it is stored. */
export function optionsOf(queue: IQueue, id: string, spec: ScheduleSpec): ScheduleOptions {
  const { overlap, catchUp, jitterMs: jitter, startAt, endAt, maxRuns, pauseOnFailure } = spec;
  const { policy, windowMs, cap } = catchUp;
  return {
    id,
    ...timingOf(spec.timing),
    ...(spec.job.payload !== undefined && { payload: payloadOf(queue, spec.job) }),
    enqueueOptions: enqueueOptionsOf(spec.job),
    overlap,
    catchUp: { policy, cap, ...(windowMs !== undefined && { window: windowMs }) },
    jitter,
    ...(startAt !== undefined && { startDate: new Date(startAt) }),
    ...(endAt !== undefined && { endDate: new Date(endAt) }),
    ...(maxRuns !== undefined && { maxRuns }),
    ...(pauseOnFailure !== undefined && { pauseOnFailure }),
    ...(spec.description !== undefined && { description: spec.description }),
    ...(spec.keepHistory !== undefined && { history: spec.keepHistory }),
  };
}

/** Returns the payload as it was given; as it is stored if its codec cannot read it. */
function payloadOf(queue: IQueue, { name, payload }: JobTemplate): unknown {
  const internals = internalsOf(queue);
  try {
    return internals.decodePayload(name, payload);
  } catch {
    return payload;
  }
}

function timingOf(
  timing: Timing,
): ScheduleTiming & Pick<ScheduleOptions, 'timezone' | 'dst' | 'except'> {
  switch (timing.kind) {
    case 'cron': {
      const { cron, also, timezone, dst, except } = timing;
      return {
        cron: also === undefined ? cron : [cron, ...also],
        timezone,
        ...(dst !== undefined && { dst }),
        ...(except !== undefined && { except }),
      };
    }
    case 'every':
      return { every: timing.everyMs };
    case 'at':
      return { at: timing.times.map((time) => new Date(time)) };
  }
}

function enqueueOptionsOf(job: JobTemplate): ScheduledEnqueueOptions {
  const { priority, maxAttempts, delayMs, expiresInMs, metadata, timeoutMs } = job;
  const retention = ({ ageMs, count, total }: JobTemplate['keepFailed']): true | object =>
    count === 0 && total === undefined ? true : { age: ageMs, count };
  return {
    attempts: maxAttempts,
    priority,
    metadata,
    removeOnComplete: retention(job.keepCompleted),
    removeOnFail: retention(job.keepFailed),
    removeOnCancel: retention(job.keepCancelled),
    ...(delayMs > 0 && { delay: delayMs }),
    ...(expiresInMs !== undefined && { expiresIn: expiresInMs }),
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...optionsGiven(job),
  };
}
