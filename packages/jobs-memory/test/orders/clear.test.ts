import { expect, it, vi } from 'vitest';
import { OrderedList } from '../../src/ordered-list/ordered-list.ts';
import { LeasedQueue } from '../support/leased-queue.ts';
import { newJob } from '../support/new-job.ts';

const KEYS = 1_000;

it('clears a slice of a fair order without looking at the jobs of each other key', () => {
  const queue = new LeasedQueue();
  queue.state.table.waiting.reorder({ policy: 'fair' });
  for (let key = 0; key < KEYS; key++) {
    queue.add(newJob(`${key}`, { order: { fairKey: `key-${key}` } }));
  }
  const sorted = vi.spyOn(OrderedList.prototype, 'insert');
  expect(queue.changes.clear(0, ['waiting'], 10)).toBe(10);
  expect(sorted.mock.calls.length).toBeLessThan(KEYS / 10);
  sorted.mockRestore();
  expect(queue.changes.clear(0, ['waiting'])).toBe(KEYS - 10);
  expect(queue.state.table.counts().waiting).toBe(0);
});
