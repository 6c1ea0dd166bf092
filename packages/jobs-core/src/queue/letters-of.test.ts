import { describe, expect, it, vi } from 'vitest';
import { lettersQueues } from '../../test/letters-queues.ts';
import type { Backend } from '../contract/backend.ts';
import { deadLetters } from './dead-letters.ts';

describe('a letter that was put among the waiting jobs', () => {
  /** Lets something happen after the delayed jobs are read, in a store that reads one state after the other. */
  function betweenStates(backend: Backend, happen: () => Promise<unknown>): void {
    const list = backend.list.bind(backend);
    vi.spyOn(backend, 'list').mockImplementationOnce(async (params) => {
      const { statuses } = params;
      const first = await list({ ...params, statuses: statuses.slice(0, 1) });
      await happen();
      const others = await list({ ...params, statuses: statuses.slice(1) });
      return { jobs: [...first.jobs, ...others.jobs] };
    });
  }

  it('is found while a worker puts it back, and once only', async () => {
    const { clock, dead, letter } = lettersQueues();
    for (const cents of [1, 2]) await letter(cents);
    await dead.promoteJob('letter-1');
    betweenStates(dead.backend, async () => {
      await dead.process();
      await clock.advance(10);
    });
    const found = (await deadLetters(dead).list()).map(({ id }) => id);
    expect(found.toSorted()).toEqual(['letter-1', 'letter-2']);
    betweenStates(dead.backend, () => dead.promoteJob('letter-2'));
    expect(await deadLetters(dead).list()).toHaveLength(2);
  });

  it('is removed when its job went back, also if a worker holds it for a moment', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    await letter(1);
    await payments.process();
    const { remove } = dead.backend;
    const held = vi.spyOn(dead.backend, 'remove').mockImplementation(async () => 0);
    const done = deadLetters(dead).redrive({}, { to: payments });
    await clock.advance(30);
    held.mockImplementation(remove.bind(dead.backend));
    await clock.advance(1000);
    expect(await done).toEqual({ redriven: 1, completed: 1, failed: 0, left: 0 });
    expect((await dead.getStats()).total).toBe(0);
  });
});
