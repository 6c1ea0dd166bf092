import { type IQueue, JobsError } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { suggestionFor } from '@philjs/jobs-core/internal';
import type { MonitoredScheduler } from '../schedules/monitored-scheduler.ts';

/**
 * Checks the queues of a monitor: at least one, no two with the same name.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkQueues(given: IQueue | Iterable<IQueue>): readonly [IQueue, ...IQueue[]] {
  const queues = isIterable(given) ? [...given] : [given];
  for (const queue of queues) {
    if (typeof queue?.getStats === 'function' && typeof queue.name === 'string') continue;
    throw invalidArgument('queue', 'a queue or an array of queues', given);
  }
  const [first, ...rest] = queues;
  if (first === undefined) throw invalidArgument('queue', 'at least one queue', given);
  const names = queues.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidArgument('queue', 'queues of different names', twice);
  return [first, ...rest];
}

function isIterable<T>(given: T | Iterable<T>): given is Iterable<T> {
  return typeof (given as Partial<Iterable<T>> | undefined)?.[Symbol.iterator] === 'function';
}

/**
 * Checks the schedulers of a monitor.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkSchedulers(
  given: MonitoredScheduler | Iterable<MonitoredScheduler> | undefined,
): readonly MonitoredScheduler[] {
  if (given === undefined) return [];
  const schedulers = isIterable(given) ? [...given] : [given];
  for (const scheduler of schedulers) {
    if (typeof scheduler?.getAllScheduledJobs === 'function') continue;
    throw invalidArgument(
      'scheduler',
      'a scheduler or an array of schedulers',
      scheduler,
      'Options are the third argument.',
    );
  }
  return schedulers;
}

/** Finds a queue by its name. @throws JobsError `JOBS_INVALID_ARGUMENT` for what is no name, `JOBS_NOT_FOUND` */
export function findQueue(queues: readonly IQueue[], name: string): IQueue {
  const queue = queues.find((one) => one.name === name);
  if (queue !== undefined) return queue;
  const known = queues.map((one) => one.name);
  if (typeof name !== 'string') {
    throw invalidArgument('queue', `one of the names ${known.join(', ')}`, name);
  }
  const suggestion = suggestionFor(name, known);
  throw new JobsError(
    'JOBS_NOT_FOUND',
    `No queue \`${name}\` is monitored${
      suggestion === undefined
        ? `; known are ${known.join(', ')}.`
        : `, did you mean \`${suggestion}\`?`
    }`,
    { details: { queue: name } },
  );
}
