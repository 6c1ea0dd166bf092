import type { Clock } from '../src/clock/clock.ts';
import type { SerializedError } from '../src/errors/serialize-error.ts';
import type { Logger } from '../src/logger/logger.ts';
import { createQueue } from '../src/queue/create-queue.ts';
import type { JobDefinitions } from '../src/queue/known-jobs.ts';
import type { Queue } from '../src/queue/queue.ts';
import type { AnyQueueEvent } from '../src/queue/queue-events.ts';
import type { QueueOptions } from '../src/queue/queue-options.ts';
import { type TestBackend, testBackend } from './test-backend.ts';
import { TestClock } from './test-clock.ts';

/** Says nothing. */
export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A queue over a {@link testBackend}, its clock, and the errors it reported. */
export interface TestQueue<TJobs extends JobDefinitions> {
  readonly queue: Queue<TJobs>;
  readonly backend: TestBackend;
  readonly clock: TestClock;
  readonly errors: Error[];
  /** Ends what collects {@link errors}, so that they go to the logger. */
  readonly stopListening: () => void;
}

interface TestQueueOptions<TJobs extends JobDefinitions>
  extends Omit<QueueOptions<TJobs>, 'clock'> {
  readonly clock?: TestClock;
  readonly backend?: TestBackend;
  readonly parts?: boolean;
  readonly reliableEvents?: boolean;
}

/** Makes a queue to test with. */
export function testQueue<const TJobs extends JobDefinitions = JobDefinitions>(
  options: TestQueueOptions<TJobs> = {},
): TestQueue<TJobs> {
  const { parts = true, reliableEvents = true, ...rest } = options;
  const clock: TestClock = options.clock ?? new TestClock();
  const backend = options.backend ?? testBackend({ clock: clock as Clock, parts, reliableEvents });
  const queue = createQueue({ logger: silent, ...rest, clock, backend });
  const errors: Error[] = [];
  const stopListening = queue.on('error', ({ error }) => errors.push(error));
  return { queue, backend, clock, errors, stopListening };
}

/** Collects a queue's events of the given kinds. */
export function collect(queue: Queue, ...types: AnyQueueEvent['type'][]): AnyQueueEvent[] {
  const seen: AnyQueueEvent[] = [];
  for (const type of types) queue.on(type, (event) => seen.push(event as AnyQueueEvent));
  return seen;
}

/** Reads the stored error of a job. */
export function errorOf(backend: TestBackend, id: string): SerializedError | undefined {
  return backend.store.jobs.get(id)?.record.error;
}
