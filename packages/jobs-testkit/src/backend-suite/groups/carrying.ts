import type { JsonValue, SerializedError } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import { ODD_VALUES } from '../odd-values.ts';

/** Compares by JSON text too, which tells the order of keys and lone surrogates apart. */
function expectSame(found: unknown, given: JsonValue): void {
  expect(found).toStrictEqual(given);
  expect(JSON.stringify(found)).toBe(JSON.stringify(given));
}

/** Values come back as they went in, and are copies (promise 8). */
export const carrying: BackendGroup = {
  title: 'carrying values',
  tests: (test) => {
    for (const [kind, value] of ODD_VALUES) {
      test(`carries ${kind} as payload, metadata, progress and result`, async (trial) => {
        const backend = await trial.open();
        const progress = { value };
        const worker = await trial.work(backend, { run: 'hold' });
        await trial.add(backend, trial.job({ id: 'a', payload: value, metadata: { value } }));
        const run = await worker.started();
        expectSame(run.job.payload, value);
        await backend.setProgress({ lease: run.lease, progress });
        run.end({ type: 'complete', result: value });
        const job = await trial.reaches(backend, 'a', 'completed');
        expectSame(job.payload, value);
        expectSame(job.metadata['value'] as JsonValue, value);
        expectSame(job.progress as JsonValue, progress);
        expectSame(job.result, value);
      });
    }

    test('tells no payload and no result from null', async (trial) => {
      const backend = await trial.open();
      await trial.work(backend, {
        run: (run) => run.end({ type: 'complete', result: run.job.payload }),
      });
      await trial.add(
        backend,
        trial.job({ id: 'none', payload: undefined }),
        trial.job({ id: 'null' }),
      );
      await trial.reaches(backend, 'null', 'completed');
      const [none, nothing] = [await trial.get(backend, 'none'), await trial.get(backend, 'null')];
      expect([none.payload, none.result]).toEqual([undefined, undefined]);
      expect([nothing.payload, nothing.result]).toEqual([null, null]);
    });

    test('carries an error with its code, stack, causes and parts', async (trial) => {
      const backend = await trial.open();
      const part: SerializedError = { name: 'RangeError', message: 'é\ud800\u0000' };
      const error: SerializedError = {
        name: 'AggregateError',
        message: 'several things went wrong\nin two lines',
        code: 'ECONNREFUSED',
        stack: 'AggregateError: several things\n    at file.ts:1:1',
        cause: { name: 'Error', message: '', cause: part },
        errors: [part, { name: 'NonError', message: 'null' }],
      };
      await trial.work(backend, {
        run: (run) => run.end({ type: 'fail', error, attemptUsed: true }),
      });
      await trial.add(backend, ...trial.jobs('a'));
      expect((await trial.reaches(backend, 'a', 'failed')).error).toEqual(error);
    });

    test('hands out copies that no other reader sees changed', async (trial) => {
      const backend = await trial.open();
      const payload = { list: ['a'] };
      const job = trial.job({ id: 'a', payload, metadata: { list: ['a'] } });
      await trial.add(backend, job);
      const change = (record: { payload: unknown; metadata: unknown }): void => {
        for (const part of [record.payload, record.metadata])
          (part as typeof payload).list.push('b');
      };
      change(await trial.get(backend, 'a'));
      for (const record of await trial.list(backend, ['waiting'])) change(record);
      const worker = await trial.work(backend, { run: 'hold' });
      const run = await worker.started();
      expect([run.job.payload, run.job.metadata]).toEqual([payload, payload]);
      change(run.job);
      run.end({ type: 'retry', error: { name: 'Error', message: '' }, runAt: trial.time.now() });
      const again = await worker.started(1);
      expect([again.job.payload, again.job.metadata]).toEqual([payload, payload]);
    });
  },
};
