import { type Codec, defineJob, RunEnded } from '@philjs/jobs-core';
import { createQueues } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { keptLogger, START } from './support/system.ts';

/** The package over another copy of core than the queues have, as where two versions of core are installed. */
let other: typeof import('../src/index.ts') & typeof import('../src/internal.ts');
let parseSearch: typeof import('@philjs/jobs-core/internal').parseSearch;

beforeAll(async () => {
  vi.resetModules();
  other = { ...(await import('../src/index.ts')), ...(await import('../src/internal.ts')) };
  ({ parseSearch } = await import('@philjs/jobs-core/internal'));
  expect((await import('@philjs/jobs-core')).RunEnded).not.toBe(RunEnded);
});

const sealed: Codec = {
  encode: (value) => ({ sealed: JSON.stringify(value) }),
  decode: (json) => JSON.parse((json as { sealed: string }).sealed),
};

it('finds dead letters by payloads that the codec of a queue of another copy reads', async () => {
  const clock = createTestClock(START);
  const charge = defineJob({
    name: 'charge',
    queue: 'payments',
    attempts: 1,
    deadLetter: 'dead',
    codec: sealed,
    handler: (_: { order: number }) => {
      throw new Error('no bank');
    },
  });
  const queues = createQueues(
    { payments: {}, dead: {} },
    { jobs: [charge], logger: keptLogger(), clock },
  );
  onTestFinished(async () => {
    const closed = queues.close({ timeout: 0 });
    await clock.advance(10_000);
    await closed;
  });
  await queues.enqueue(charge, { order: 7 });
  await queues.process({ queues: ['payments'] });
  await clock.advance(1000);
  const query = parseSearch('payload.order:7');
  const redactor = other.createRedactor();
  expect(await other.searchLetters(queues.get('dead'), query, redactor)).toHaveLength(1);
});
