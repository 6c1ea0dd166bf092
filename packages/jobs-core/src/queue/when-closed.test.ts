import { expect, it } from 'vitest';
import { testQueue } from '../../test/test-queue.ts';
import { whenClosed } from './when-closed.ts';

it('calls back when a queue closes, before its backend does, unless that is cancelled', async () => {
  const { queue, backend } = testQueue();
  const seen: string[] = [];
  whenClosed(queue, () => seen.push(backend.calls.includes('close') ? 'late' : 'closed'));
  whenClosed(queue, () => seen.push('cancelled'))();
  await queue.getStats();
  expect(seen).toEqual([]);
  await Promise.all([queue.close(), queue.close()]);
  expect(seen).toEqual(['closed']);
  whenClosed(queue, () => seen.push('at once'));
  expect(seen).toEqual(['closed', 'at once']);
});
