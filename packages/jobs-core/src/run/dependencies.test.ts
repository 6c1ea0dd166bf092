import { describe, expect, it } from 'vitest';
import type { JobRecord } from '../contract/job-record.ts';
import type { DependencyRecord } from '../contract/workflow-store.ts';
import { defineJob } from '../job/define-job.ts';
import { isDoomed } from '../job/is-doomed.ts';
import { readDependencies, readDependencyPages } from './read-dependencies.ts';
import { refuseDoomed } from './refuse-doomed.ts';
import type { RunServices } from './run-services.ts';

const load = defineJob({ name: 'load', handler: async () => 'text' });
const other = defineJob({ name: 'other', handler: async () => 1 });

/** Services over a store that answers two jobs a page. */
function services(
  records: readonly DependencyRecord[] | Error,
  errors: unknown[] = [],
): RunServices {
  const dependencies = async ({ cursor = '0' }: { cursor?: string }) => {
    if (records instanceof Error) throw records;
    const from = Number(cursor);
    const rest = from + 2 < records.length ? { cursor: `${from + 2}` } : {};
    return { dependencies: records.slice(from, from + 2), ...rest };
  };
  return {
    backend: { name: 'test', workflows: { dependencies } },
    queue: { name: 'tested' },
    registry: { get: () => undefined },
    reportError: (error: unknown) => errors.push(error),
  } as unknown as RunServices;
}

const record = (id: string, fields: Partial<DependencyRecord> = {}): DependencyRecord => ({
  ...{ queueName: 'tested', id, name: 'load', status: 'completed', result: `result of ${id}` },
  ...fields,
});

describe('what a job waited for', () => {
  const records = [
    record('a'),
    record('b'),
    record('c', { status: 'failed', error: { name: 'Error', message: 'no' } }),
    record('d', { name: 'other', status: 'failed' }),
  ];

  it('is read over all pages, by order, by id and by job', async () => {
    const all = await readDependencies(services(records), { id: 'waiting', metadata: {} });
    expect(all.size).toBe(4);
    expect([...all].map(({ id, status }) => [id, status])).toEqual([
      ['a', 'completed'],
      ['b', 'completed'],
      ['c', 'failed'],
      ['d', 'failed'],
    ]);
    expect(all.get('b')).toMatchObject({ id: 'b', result: 'result of b' });
    expect(all.get('x')).toBeUndefined();
    expect(all.resultOf(load)).toBe('result of a');
    expect(all.resultsOf(load)).toEqual(['result of a', 'result of b']);
    expect(() => all.resultOf(other)).toThrow(
      expect.objectContaining({ code: 'JOBS_DEPENDENCY_FAILED' }),
    );
    const gone = defineJob({ name: 'gone', handler: async () => 1 });
    expect(() => all.resultOf(gone)).toThrow('no job named `gone`');
  });

  it('is read by a definition, not by a name or an id', async () => {
    const all = await readDependencies(services(records), { id: 'waiting', metadata: {} });
    for (const job of ['load', undefined, { name: 'load' }]) {
      for (const read of [() => all.resultOf(job as never), () => all.resultsOf(job as never)]) {
        expect(read).toThrow(
          expect.objectContaining({
            code: 'JOBS_INVALID_ARGUMENT',
            details: expect.objectContaining({ field: 'job' }),
          }),
        );
      }
    }
    expect(() => all.resultsOf('load' as never)).toThrow('got `"load"`');
  });

  it('is read a page at a time', async () => {
    const sizes: number[] = [];
    for await (const page of readDependencyPages(
      services(records),
      { id: 'waiting', metadata: {} },
      2,
    )) {
      sizes.push(page.size);
    }
    expect(sizes).toEqual([2, 2]);
    const none = { ...services([]), backend: { name: 'plain' } } as unknown as RunServices;
    await expect(readDependencies(none, { id: 'x', metadata: {} })).rejects.toMatchObject({
      code: 'JOBS_NOT_SUPPORTED',
    });
  });
});

describe('a job that is handed out to fail for another', () => {
  const job = { id: 'waiting', name: 'sum', dependencies: { failed: 1 } } as unknown as JobRecord;

  it('is distinct from others', () => {
    expect(isDoomed(job)).toBe(true);
    expect(isDoomed({ ...job, dependencies: undefined } as unknown as JobRecord)).toBe(false);
    expect(isDoomed({ ...job, cancelRequested: { force: false } })).toBe(false);
  });

  it('fails with the cause, found on whatever page, and uses no attempt', async () => {
    const late = [record('a'), record('b'), record('c', { status: 'cancelled' })];
    const { outcome, error } = await refuseDoomed(services(late), job);
    expect(outcome).toMatchObject({ type: 'fail', failures: [], attemptUsed: false });
    expect(error).toMatchObject({ code: 'JOBS_DEPENDENCY_FAILED' });
  });

  it('is given back when nothing has failed after all, or the store cannot say', async () => {
    const unstarted = { outcome: { type: 'unstarted' } };
    expect(await refuseDoomed(services([record('a')]), job)).toEqual(unstarted);
    const errors: unknown[] = [];
    expect(await refuseDoomed(services(new Error('away'), errors), job)).toEqual(unstarted);
    expect(errors).toHaveLength(1);
  });
});
