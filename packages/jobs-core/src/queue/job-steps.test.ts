import { expect, it } from 'vitest';
import { testBackend } from '../../test/test-backend.ts';
import { TestClock } from '../../test/test-clock.ts';
import { silent } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import { createQueues } from '../queues/create-queues.ts';
import { DEAD_LETTER } from '../run/dead-letter.ts';

it('reads the steps of a dead letter by the codec of its failed job', async () => {
  const codec = {
    encode: (value: unknown) => ({ box: JSON.stringify(value) }),
    decode: (stored: unknown) => JSON.parse((stored as { box: string }).box) as unknown,
  };
  const sealed = defineJob({ name: 'sealed', codec, handler: () => undefined });
  const clock = new TestClock();
  const queues = createQueues(
    { payments: { jobs: [sealed] }, dead: {} },
    { backend: () => testBackend({ clock }), clock, logger: silent },
  );
  const dead = queues.get('dead');
  const text = JSON.stringify({ at: 0, endedAt: 1, result: codec.encode('a key') });
  const keep = { ageMs: 1e9, count: 10 };
  await dead.backend.add({
    jobs: [
      {
        ...{ id: 'letter', name: DEAD_LETTER, payload: { queue: 'payments', name: 'sealed' } },
        ...{ version: 1, priority: 0, createdAt: 0, runAt: 1e12, maxAttempts: 1, metadata: {} },
        ...{ keepCompleted: keep, keepFailed: keep, keepCancelled: keep },
        steps: [{ key: 'step:open', text }],
      },
    ],
  });
  expect(await dead.getSteps('letter')).toMatchObject([{ name: 'open', result: 'a key' }]);
  await queues.close();
});
