import type { Clock, IQueue, JobDefinitions } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkId, checkInteger, checkOptions } from '@philjs/jobs-core/internal';
import type { SyncOptions } from './schedule-item.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import type { TriggerOptions } from './trigger-options.ts';

/**
 * Checks the options of `sync`.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkSyncOptions(options: SyncOptions): {
  readonly owner: string | undefined;
  readonly generation: number | undefined;
} {
  checkOptions('options', options, ['owner', 'generation']);
  const { owner, generation } = options;
  const max = Number.MAX_SAFE_INTEGER;
  return {
    owner: owner === undefined ? undefined : checkId('owner', owner),
    generation:
      generation === undefined
        ? undefined
        : checkInteger('generation', generation, { min: 0, max }),
  };
}

/**
 * Checks the options of `trigger` but its payload.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkTriggerOptions(options: TriggerOptions): void {
  checkOptions('options', options, ['overlap', 'key', 'payload']);
  const { overlap, key } = options;
  if (overlap !== undefined && overlap !== 'allow' && overlap !== 'skip') {
    throw invalidArgument('overlap', "'allow' or 'skip'", overlap);
  }
  if (key !== undefined && (typeof key !== 'string' || key === '' || key.length > 36)) {
    throw invalidArgument('key', 'a string of 1 to 36 characters', key);
  }
}

/**
 * Checks the options of a scheduler; returns the clock.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkSchedulerOptions(options: SchedulerOptions): Clock | undefined {
  checkOptions('options', options, ['clock']);
  const { clock } = options;
  if (clock === undefined) return undefined;
  const { now, setTimeout, clearTimeout } = (clock ?? {}) as Partial<Clock>;
  if ([now, setTimeout, clearTimeout].every((method) => typeof method === 'function')) return clock;
  throw invalidArgument('clock', 'a Clock (`now`, `setTimeout`, `clearTimeout`)', clock);
}

/**
 * Checks that something is a queue.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkQueue<TJobs extends JobDefinitions>(queue: IQueue<TJobs>): IQueue<TJobs> {
  const { prepare, backend } = (queue ?? {}) as Partial<IQueue<TJobs>>;
  if (typeof prepare === 'function' && typeof backend === 'object') return queue;
  throw invalidArgument('queue', 'a queue', queue, 'Make one with `createQueue`.');
}
