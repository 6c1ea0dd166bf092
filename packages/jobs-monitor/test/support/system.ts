import { defineJob, type IQueue, type JobDefinition, type Logger } from '@philjs/jobs-core';
import { abortableDelay } from '@philjs/jobs-core/internal';
import { createMemoryStore, createQueue, type InMemoryQueue } from '@philjs/jobs-memory';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { onTestFinished } from 'vitest';

/** When every virtual clock of these tests starts: ten o'clock sharp. */
export const START: number = Date.UTC(2026, 0, 5, 10);

/** A logger that keeps its lines. */
export interface KeptLogger extends Logger {
  readonly lines: string[];
}

/** Makes a logger that keeps its lines. */
export function keptLogger(): KeptLogger {
  const lines: string[] = [];
  const keep =
    (level: string) =>
    (message: string, ...details: unknown[]): void => {
      lines.push([level, message, ...details.map(String)].join(' '));
    };
  return {
    lines,
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
}

/** The work of a job of {@link work}. */
export type Task = {
  readonly ms?: number;
  readonly fail?: string;
};

/** A queue on a virtual clock, whose jobs do as their payload says. */
export interface VirtualSystem {
  readonly clock: TestClock;
  readonly logger: KeptLogger;
  readonly queue: InMemoryQueue;
  readonly work: JobDefinition<string, Task, string>;
}

/** A queue some of whose methods do something else, as if its store did. */
export function withMethods(queue: IQueue, methods: Partial<IQueue>): IQueue {
  return new Proxy(queue, {
    get: (target, name) => {
      const other = methods[name as keyof IQueue];
      if (other !== undefined) return other;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Makes a system of its own for one test, closed when that ends. */
export function virtualSystem(name = 'emails', concurrency = 10): VirtualSystem {
  const clock = createTestClock(START);
  const logger = keptLogger();
  const work = defineJob({
    name: 'work',
    attempts: 1,
    handler: async ({ ms = 0, fail }: Task, { signal }) => {
      if (ms > 0) await abortableDelay(clock, ms, signal);
      if (fail !== undefined) throw new Error(fail);
      return 'done';
    },
  });
  const store = createMemoryStore();
  const queue = createQueue({
    name,
    jobs: [work],
    clock,
    logger,
    store,
    concurrency,
  }) as InMemoryQueue;
  onTestFinished(async () => {
    const closed = queue.close({ timeout: 0 });
    await clock.advance(10_000);
    await closed;
  });
  return { clock, logger, queue, work };
}
