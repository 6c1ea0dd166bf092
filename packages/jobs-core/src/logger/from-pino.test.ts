import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import { createLoggingMiddleware } from '../middleware/logging-middleware.ts';
import { fromPino } from './from-pino.ts';

/** Notes the lines of a logger whose fields come before the message, and keeps its receiver as classes do. */
class Lines {
  readonly lines: unknown[] = [];
  debug(fields: object, message: string): void {
    this.#write('debug', fields, message);
  }
  info(fields: object, message: string): void {
    this.#write('info', fields, message);
  }
  warn(fields: object, message: string): void {
    this.#write('warn', fields, message);
  }
  error(fields: object, message: string): void {
    this.#write('error', fields, message);
  }
  #write(level: string, fields: object, message: string): void {
    this.lines.push([level, fields, message]);
  }
}

it('puts details before the message: objects as fields, an error as `err`, others in a list', () => {
  const log = new Lines();
  const logger = fromPino(log);
  const error = new TypeError('away');
  logger.debug('plain');
  logger.info('one', { name: 'a' }, { tries: 2 });
  logger.warn('two', error);
  logger.error('three', { error, store: 'redis' });
  logger.error('four', 5, null, ['x'], { a: 1 });
  expect(log.lines).toEqual([
    ['debug', {}, 'plain'],
    ['info', { name: 'a', tries: 2 }, 'one'],
    ['warn', { err: error }, 'two'],
    ['error', { err: error, store: 'redis' }, 'three'],
    ['error', { details: [5, null, ['x']], a: 1 }, 'four'],
  ]);
});

it('takes an error of another realm, as tests of Jest have them, for one', () => {
  const log = new Lines();
  const logger = fromPino(log);
  const error: unknown = runInNewContext('new TypeError("away")');
  logger.warn('two', error);
  logger.error('three', { error, store: 'redis' });
  expect(log.lines).toEqual([
    ['warn', { err: error }, 'two'],
    ['error', { err: error, store: 'redis' }, 'three'],
  ]);
});

it('refuses what has no functions for lines', () => {
  for (const log of [undefined, null, {}, { info: () => undefined }, () => undefined]) {
    expect(() => fromPino(log as never)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  }
});

it('gives the lines about an attempt fields, where they are asked for', async () => {
  const log = new Lines();
  const error = new Error('card declined');
  const pay = defineJob({
    name: 'pay',
    attempts: 2,
    backoff: { type: 'fixed', delay: 1_000 },
    middleware: createLoggingMiddleware(fromPino(log), { fields: true }),
    handler: (_payload: { secret: string }, ctx) => {
      if (ctx.attempt === 1) throw error;
    },
  });
  const { queue, clock } = testQueue();
  const { id } = await queue.enqueue(pay, { secret: 'x' });
  await queue.process();
  await settle();
  await clock.advance(1_000);
  const about = { queue: queue.name, name: 'pay', jobId: id, maxAttempts: 2 };
  const [first, failed, second, completed] = log.lines as [string, object, string][];
  expect(first?.slice(0, 2)).toEqual(['info', { ...about, attempt: 1 }]);
  const end = { ...about, attempt: 1, outcome: 'retrying', durationMs: 0, err: error };
  expect(failed?.slice(0, 2)).toEqual(['error', end]);
  expect(second?.slice(0, 2)).toEqual(['info', { ...about, attempt: 2 }]);
  const done = { ...about, attempt: 2, outcome: 'completed', durationMs: 0 };
  expect(completed?.slice(0, 2)).toEqual(['info', done]);
  expect(JSON.stringify(log.lines)).not.toContain('secret');
});

it('refuses an option of the middleware that does not exist', () => {
  expect(() => createLoggingMiddleware(undefined, { field: true } as never)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
  );
});
