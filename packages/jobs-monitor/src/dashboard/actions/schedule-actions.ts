import { isJobsError, JobsError } from '@philjs/jobs-core';
import { scheduleNotFoundError } from '@philjs/jobs-core/internal';
import { jobOfSchedule } from '@philjs/jobs-core/redact';
import type { PageSource } from '../../pages/page-source.ts';
import type { MonitoredScheduler } from '../../schedules/monitored-scheduler.ts';
import { errorAnswer } from '../http/http-error.ts';
import type { Action } from './action.ts';
import type { Fields } from './fields.ts';
import { hidingIn } from './hiding-payload.ts';

type Ability = 'trigger' | 'pause' | 'resume' | 'backfill' | 'remove';

/** Fires a schedule now. */
export const trigger: Action = async (source, fields) => {
  const scheduler = able(source, fields, 'trigger');
  const made = await hidingSchedule(source, scheduler, fields.id, () =>
    scheduler.trigger(fields.id),
  );
  return { changed: 1, newIds: idsOf([made]) };
};

/** Pauses a schedule, with a note that says why. */
export const pauseSchedule: Action = async (source, fields) => {
  found(fields.id, await able(source, fields, 'pause').pause(fields.id, fields.text('note')));
  return { changed: 0 };
};

/** Resumes a schedule. */
export const resumeSchedule: Action = async (source, fields) => {
  found(fields.id, await able(source, fields, 'resume').resume(fields.id));
  return { changed: 0 };
};

/** Enqueues the jobs of a schedule's past ticks. */
export const backfill: Action = async (source, fields) => {
  const span = { from: fields.time('from'), to: fields.time('to') };
  const scheduler = able(source, fields, 'backfill');
  const made = await hidingSchedule(source, scheduler, fields.id, () =>
    scheduler.backfill(fields.id, span),
  );
  return Array.isArray(made) ? { changed: made.length, newIds: idsOf(made) } : { changed: 0 };
};

/** Removes a schedule and its history; the jobs it enqueued stay. */
export const removeSchedule: Action = async (source, fields) => {
  found(fields.id, await able(source, fields, 'remove').remove(fields.id));
  return { changed: 0 };
};

/** Finds the queue's scheduler and checks that it supports the action. */
function able<T extends Ability>(
  { monitor }: PageSource,
  fields: Fields,
  ability: T,
): MonitoredScheduler & Required<Pick<MonitoredScheduler, T>> {
  const { name } = monitor.getQueue(fields.queue);
  const scheduler = monitor.getScheduler(name);
  if (typeof scheduler?.[ability] !== 'function') {
    throw new JobsError(
      'JOBS_NOT_SUPPORTED',
      `The schedules of \`${name}\` cannot be changed here.`,
    );
  }
  return scheduler as MonitoredScheduler & Required<Pick<MonitoredScheduler, T>>;
}

/** Fires a schedule. Masks what an error quotes of its payload, for the answer and for the log. */
async function hidingSchedule<T>(
  { redactor }: PageSource,
  scheduler: MonitoredScheduler,
  id: string,
  fire: () => T | Promise<T>,
): Promise<T> {
  try {
    return await fire();
  } catch (error) {
    const all = await Promise.resolve(scheduler.getAllScheduledJobs()).catch(() => []);
    const job = jobOfSchedule(all.find((one) => one.id === id) ?? { id, jobName: '' });
    if (!isJobsError(error) || errorAnswer(error).status >= 500) {
      throw hidingIn(error, redactor, job);
    }
    const { code, message, details } = error;
    throw new JobsError(code, redactor.about(job, message), { ...(details && { details }) });
  }
}

/** Returns the ids of made jobs, which schedulers give as ids or as jobs. */
function idsOf(made: readonly unknown[]): readonly string[] {
  return made
    .map((one) => (typeof one === 'object' && one !== null ? (one as { id?: unknown }).id : one))
    .filter((id) => typeof id === 'string');
}

function found(id: string, answer: unknown): void {
  if (answer === false) throw scheduleNotFoundError(id);
}
