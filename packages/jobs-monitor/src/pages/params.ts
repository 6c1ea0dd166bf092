import type { IQueue } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import type { Monitor } from '../monitor/monitor.ts';
import type { PageParams } from './page-source.ts';

/** Returns the queue of a page: the requested one, or the first. @throws JobsError `JOBS_NOT_FOUND` */
export function chosenQueue(monitor: Monitor, params: PageParams): IQueue {
  const name = params.get('queue');
  return name === undefined ? monitor.queues[0] : monitor.getQueue(name);
}

/**
 * Returns the queues of a page: the requested one, those a search names, or all.
 *
 * @throws JobsError `JOBS_NOT_FOUND`
 */
export function chosenQueues(
  monitor: Monitor,
  params: PageParams,
  searched: readonly string[] = [],
): readonly IQueue[] {
  const name = params.get('queue');
  const within = name === undefined ? monitor.queues : [monitor.getQueue(name)];
  return searched.length === 0 ? within : within.filter((queue) => searched.includes(queue.name));
}

/** Reads a whole number; returns 0 when absent. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function countParam(params: PageParams, name: string): number {
  const text = params.get(name) ?? '0';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw invalidArgument(name, 'a whole number', text);
}

/** Reads a number of rows, within what a page may show. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function limitParam(params: PageParams, fallback: number): number {
  const text = params.get('limit');
  if (text === undefined) return fallback;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= 200) return limit;
  throw invalidArgument('limit', 'a whole number from 1 to 200', text);
}

/** Reads one of some words; returns `undefined` when absent. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function choiceParam<TChoice extends string>(
  params: PageParams,
  name: string,
  choices: readonly TChoice[],
): TChoice | undefined {
  const text = params.get(name);
  const choice = choices.find((one) => one === text);
  if (text === undefined || choice !== undefined) return choice;
  throw invalidArgument(name, `one of ${choices.join(', ')}`, text);
}
