import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';

const work = defineJob({ name: 'work', handler: (payload: number) => payload });
const ACTS = ['removeJobs', 'retryJobs', 'promoteJobs', 'cancelJobs'] as const;

describe('a query for many', () => {
  it.each([
    ['a promise that was not awaited', Promise.resolve({ name: 'other' })],
    ['a Map', new Map([['name', 'other']])],
  ])('is refused where it is %s, which would match all jobs', async (_, query) => {
    const { queue } = testQueue();
    await queue.enqueue(work, 1);
    for (const act of ACTS) {
      const refusal = await rejectionOf(queue[act](query as never));
      expect([act, refusal?.code]).toEqual([act, 'JOBS_INVALID_ARGUMENT']);
    }
    expect((await queue.getStats()).waiting).toBe(1);
  });

  it.each([
    ['metadata.tenant', { metadata: { tenant: undefined } }],
    ['metadata', { metadata: {} }],
    ['metadata', { metadata: new Map([['tenant', 'acme']]) }],
    ['metadata', { metadata: Promise.resolve({ tenant: 'acme' }) }],
    ['tags', { tags: [] }],
    ['priority', { priority: {} }],
    ['search', { search: 'error:' }],
    ['search', { search: 'error:""' }],
    ['search', { search: '""' }],
    ['search', { search: 'NOT name:' }],
    ['search', { search: '-code:""' }],
    ['search', { search: 'worker: OR error:' }],
  ])('is refused where its `%s` says nothing', async (field, query) => {
    const { queue } = testQueue();
    await queue.enqueue(work, 1);
    for (const act of ACTS) {
      expect([act, await rejectionOf(queue[act](query as never))]).toEqual([
        act,
        { code: 'JOBS_INVALID_ARGUMENT', field },
      ]);
    }
    expect((await queue.getStats()).waiting).toBe(1);
  });

  it('may search for a field that is an empty text', async () => {
    const { queue } = testQueue();
    const note = defineJob({ name: 'note', handler: (_: { readonly note: string }) => undefined });
    await queue.enqueue(note, { note: '' });
    await queue.enqueue(note, { note: 'x' });
    expect(await queue.removeJobs({ search: 'payload.note:""' })).toBe(1);
    expect(await queue.removeJobs({ search: 'NOT payload.note:' })).toBe(1);
  });

  it.each([
    { metadata: { tenant: () => 'acme' } },
    { metadata: { tenant: 7n } },
    { metadata: { tenant: Number.NaN } },
  ])('is refused where its metadata can be that of no job', async (query) => {
    const { queue } = testQueue();
    await queue.enqueue(work, 1);
    const refusal = await rejectionOf(queue.removeJobs(query));
    expect(refusal?.code).toBe('JOBS_PAYLOAD_NOT_SERIALIZABLE');
    expect((await queue.getStats()).waiting).toBe(1);
  });

  it('ends with the error of an `onProgress` that rejects', async () => {
    const { queue } = testQueue();
    await queue.enqueue(work, 1);
    const onProgress = async (): Promise<never> => Promise.reject(new Error('cannot be shown'));
    await expect(queue.removeJobs({ onProgress })).rejects.toThrow('cannot be shown');
  });
});
