import { describe, expect, it } from 'vitest';
import { lettersQueues } from '../../test/letters-queues.ts';
import { deadLetters } from './dead-letters.ts';

describe('the letters of a queue', () => {
  it('are listed and grouped by cause, the latest first, and narrowed by a query', async () => {
    const { clock, dead, letter } = lettersQueues();
    for (const cents of [1, 2, 3]) await letter(cents);
    await letter(4, { name: 'refund', fingerprint: 'refund|Error' });
    const letters = deadLetters(dead);
    expect((await letters.list()).map(({ jobId }) => jobId)).toEqual([
      'job-4',
      'job-3',
      'job-2',
      'job-1',
    ]);
    const [groups] = [await letters.groups()];
    expect(groups.map(({ name, count }) => [name, count])).toEqual([
      ['charge', 3],
      ['refund', 1],
    ]);
    expect(groups[0]).toMatchObject({
      firstAt: new Date(clock.now() + 1),
      lastAt: new Date(clock.now() + 3),
      ids: ['letter-3', 'letter-2', 'letter-1'],
    });
    const queries = [
      [{ name: 'refund' }, 1],
      [{ name: ['refund', 'charge'] }, 4],
      [{ fingerprint: 'charge|Error' }, 3],
      [{ ids: ['letter-2'] }, 1],
      [{ failedAfter: clock.now() + 2 }, 2],
      [{ failedBefore: new Date(clock.now() + 2) }, 1],
      [{ limit: 2 }, 2],
    ] as const;
    for (const [query, count] of queries) expect(await letters.list(query)).toHaveLength(count);
    await expect(letters.list({ limit: 0 })).rejects.toMatchObject({ details: { field: 'limit' } });
    await expect(letters.list({ nmae: 'x' } as never)).rejects.toThrow('nmae');
    for (const [field, odd] of [
      ['limit', '5'],
      ['limit', 1.5],
      ['ids', 'letter-1'],
      ['name', 5],
      ['fingerprint', 5],
      ['failedAfter', 'yesterday'],
      ['failedBefore', new Date('soon')],
    ] as const) {
      const refused = letters.list({ [field]: odd } as never);
      await expect(refused).rejects.toMatchObject({ details: { field } });
    }
  });

  it('are grouped by when their jobs failed, in whatever order they were stored', async () => {
    const { clock, dead, letter } = lettersQueues();
    const failedAt = clock.now();
    const times = [5, 12, 3, 9, 1, 7, 11, 2, 10, 4, 8, 6];
    for (const time of times) {
      const error = { name: 'Error', message: `declined at ${time}` };
      await letter(time, { failedAt: failedAt + time, error });
    }
    const [group] = await deadLetters(dead).groups();
    expect(group).toMatchObject({
      count: 12,
      firstAt: new Date(failedAt + 1),
      lastAt: new Date(failedAt + 12),
      error: { message: 'declined at 12' },
      ids: [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((time) => `letter-${time}`),
    });
  });
});
