import { createRedactor } from '@philjs/jobs-core/redact';
import { expect, test } from 'vitest';
import { virtualSystem } from '../../test/support/system.ts';
import { FailureWatches } from './failure-watches.ts';

test('two that mask in other ways read the failures at the same time, each with its own masks', async () => {
  const { clock, queue, work } = virtualSystem('emails', 100);
  await queue.process();
  await queue.enqueue(
    work,
    { fail: 'no street for acme-corp' },
    { metadata: { tenant: 'acme-corp' } },
  );
  await clock.advance(1000);
  const plain = createRedactor();
  const strict = createRedactor(['tenant']);
  const watches = new FailureWatches([queue], plain);
  const samples = async (): Promise<unknown[]> => {
    const scans = [watches.read('emails', 1), watches.read('emails', 1, strict)];
    return (await Promise.all(scans)).map(({ groups }) => groups[0]?.sample);
  };
  expect(await samples()).toEqual(['no street for acme-corp', 'no street for [redacted]']);
});
