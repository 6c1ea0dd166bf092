import type { Backend, StepStore } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';

/** Reads the entries of a job, by their keys. */
async function entriesOf({ steps }: Backend, id = 'a'): Promise<Record<string, string>> {
  const entries = (await steps?.read({ id })) ?? [];
  return Object.fromEntries(entries.map(({ key, text }) => [key, text]));
}

/** Ends a run to wait for a signal. */
function waitingFor(signal: string, trial: BackendTrial) {
  const runAt = trial.time.now() + 600_000;
  return { type: 'snooze', reason: 'signal', signal, runAt, delayMs: 600_000 } as const;
}

/** The entries of the steps of a job stay with it, once they are stored, and go with it. */
export const keepingSteps: BackendGroup = {
  title: 'keeping steps',
  needs: 'steps',
  tests: (test) => {
    test('stores each entry under the lease, the last of a key', async (trial) => {
      const backend = await trial.open();
      const steps = backend.steps as StepStore;
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const { lease } = await worker.started();
      expect(await entriesOf(backend)).toEqual({});
      expect(await steps.write({ lease, key: 'step:é👩‍🚀', text: '{"at":1}' })).toBe(true);
      expect(await steps.write({ lease, key: 'step:b', text: '{"at":2}' })).toBe(true);
      expect(await steps.write({ lease, key: 'step:b', text: 'é👩‍🚀 "\\u0000"' })).toBe(true);
      const expected = { 'step:é👩‍🚀': '{"at":1}', 'step:b': 'é👩‍🚀 "\\u0000"' };
      expect(await entriesOf(backend)).toEqual(expected);
      const other = await trial.open();
      expect(await entriesOf(other)).toEqual(expected);
      expect(await entriesOf(other, 'nobody')).toEqual({});
    });

    test('stores none for a lease that is not held', async (trial) => {
      const backend = await trial.open();
      const steps = backend.steps as StepStore;
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const run = await worker.started();
      const { id, fencingToken } = run.lease;
      for (const token of [fencingToken - 1, fencingToken + 1]) {
        const lease = { id, fencingToken: token };
        expect(await steps.write({ lease, key: 'step:a', text: '1' })).toBe(false);
      }
      const unknown = { id: 'nobody', fencingToken };
      expect(await steps.write({ lease: unknown, key: 'step:a', text: '1' })).toBe(false);
      run.end();
      await trial.reaches(backend, 'a', 'completed');
      expect(await steps.write({ lease: run.lease, key: 'step:a', text: '1' })).toBe(false);
      expect(await entriesOf(backend)).toEqual({});
    });

    test('keeps them over snoozes, failures, its end and a retry by hand', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, trial.job({ id: 'a', maxAttempts: 2 }));
      const first = await worker.started();
      await backend.steps?.write({ lease: first.lease, key: 'step:a', text: '1' });
      const error = { name: 'Error', message: 'no' };
      first.end({ type: 'snooze', reason: 'step', runAt: trial.time.now(), delayMs: 0 });
      const second = await worker.started(1);
      expect(await entriesOf(backend)).toEqual({ 'step:a': '1' });
      await backend.steps?.write({ lease: second.lease, key: 'step:b', text: '2' });
      second.end({ type: 'retry', error, runAt: trial.time.now() });
      const third = await worker.started(2);
      third.end({ type: 'fail', error, attemptUsed: true });
      await trial.reaches(backend, 'a', 'failed');
      expect(await entriesOf(backend)).toEqual({ 'step:a': '1', 'step:b': '2' });
      await backend.retry({ ids: ['a'] });
      const last = await worker.started(3);
      expect(await entriesOf(backend)).toEqual({ 'step:a': '1', 'step:b': '2' });
      last.end();
      await trial.reaches(backend, 'a', 'completed');
      expect(await entriesOf(backend)).toEqual({ 'step:a': '1', 'step:b': '2' });
    });

    test('gives those of a dead worker’s job to the one that takes over', async (trial) => {
      const { lockMs } = trial.time;
      const [one, other] = [await trial.open(), await trial.open()];
      const dead = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, ...trial.jobs('a'));
      const { lease } = await dead.started();
      await one.steps?.write({ lease, key: 'step:a', text: '1' });
      await one.close({ force: true });
      const alive = await trial.work(other, { run: 'hold', lockMs });
      await trial.time.until('it is redelivered', () => alive.runs.length === 1, 4 * lockMs);
      expect(await entriesOf(other)).toEqual({ 'step:a': '1' });
      expect(await other.steps?.write({ lease, key: 'step:a', text: '2' })).toBe(false);
      expect(await entriesOf(other)).toEqual({ 'step:a': '1' });
    });

    test('removes them with their job, so that a new one of its id begins with none', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      for (const [index, way] of (['remove', 'clear'] as const).entries()) {
        await trial.add(backend, ...trial.jobs('a'));
        const run = await worker.started(index);
        await backend.steps?.write({ lease: run.lease, key: 'step:a', text: '1' });
        await backend.steps?.signal({ id: 'a', key: 'signal:a', text: '1', now: trial.time.now() });
        run.end();
        await trial.reaches(backend, 'a', 'completed');
        await (way === 'remove' ? backend.remove({ ids: ['a'] }) : backend.clear());
        expect(await entriesOf(backend)).toEqual({});
      }
      await trial.add(backend, ...trial.jobs('a'));
      expect(await entriesOf(backend)).toEqual({});
      const { lease } = await worker.started(2);
      await backend.steps?.write({ lease, key: 'step:b', text: '2' });
      expect(await entriesOf(backend)).toEqual({ 'step:b': '2' });
    });

    test('removes them with a job that is not kept', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      const none = { ageMs: 1000, count: 0 };
      const job = trial.job({ id: 'a', keepCompleted: none });
      await trial.add(backend, job);
      const run = await worker.started();
      await backend.steps?.write({ lease: run.lease, key: 'step:a', text: '1' });
      run.end();
      await trial.time.until('it is gone', async () => !(await backend.get({ id: 'a' })));
      expect(await entriesOf(backend)).toEqual({});
      await trial.add(backend, job);
      await worker.started(1);
      expect(await entriesOf(backend)).toEqual({});
    });

    test('clears those of a job that has ended, and of no other', async (trial) => {
      const backend = await trial.open();
      const steps = backend.steps as StepStore;
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const run = await worker.started();
      await steps.write({ lease: run.lease, key: 'step:a', text: '1' });
      await steps.signal({ id: 'a', key: 'signal:a', text: '1', now: trial.time.now() });
      expect(await steps.clear({ id: 'a' })).toBe(false);
      expect(await steps.clear({ id: 'nobody' })).toBe(false);
      expect(Object.keys(await entriesOf(backend)).sort()).toEqual(['signal:a', 'step:a']);
      const error = { name: 'Error', message: 'no' };
      run.end({ type: 'fail', error, attemptUsed: true });
      await trial.reaches(backend, 'a', 'failed');
      expect(await steps.clear({ id: 'a' })).toBe(true);
      expect(await entriesOf(backend)).toEqual({});
      await backend.retry({ ids: ['a'] });
      const next = await worker.started(1);
      // The signal is gone, too: nothing wakes it.
      next.end(waitingFor('signal:a', trial));
      await trial.reaches(backend, 'a', 'delayed');
    });

    test('stores a job together with what its steps have left already', async (trial) => {
      const backend = await trial.open();
      const steps = [
        { key: 'step:é👩‍🚀', text: '{"at":1,"result":"\\u0000 é"}' },
        { key: 'signal:go', text: '2' },
      ];
      const brought = { [steps[0]?.key ?? '']: steps[0]?.text, 'signal:go': '2' };
      await trial.add(backend, trial.job({ id: 'a', steps }), ...trial.jobs('b'));
      const [key, text] = ['step:c', '3'];
      const again = await trial.add(backend, trial.job({ id: 'a', steps: [{ key, text }] }));
      expect(again).toMatchObject([{ outcome: 'duplicate' }]);
      const worker = await trial.work(backend, { run: 'hold' });
      const { lease } = await worker.started();
      expect(lease).toMatchObject({ id: 'a', fencingToken: 1 });
      expect(await entriesOf(backend)).toEqual(brought);
      expect(await entriesOf(backend, 'b')).toEqual({});
      expect(await backend.steps?.write({ lease, key, text })).toBe(true);
      expect(await entriesOf(backend)).toEqual({ ...brought, [key]: text });
    });

    test(
      'stores a job of a workflow together with what its steps have left already',
      async (trial) => {
        const backend = await trial.open();
        const steps = [{ key: 'step:a', text: '1' }];
        const dependsOn = [{ queueName: trial.queueName, id: 'first' }];
        await backend.workflows?.add({
          jobs: [
            trial.job({ id: 'first' }),
            trial.job({ id: 'a', steps, dependsOn, onDependencyFailure: 'fail' }),
          ],
        });
        expect(await entriesOf(backend, 'first')).toEqual({});
        expect(await entriesOf(backend)).toEqual({ 'step:a': '1' });
      },
      { needs: 'workflows' },
    );

    for (const mode of ['replace', 'extend'] as const) {
      test(
        `forgets those of a job whose content another one takes over: ${mode}`,
        async (trial) => {
          const backend = await trial.open();
          const steps = backend.steps as StepStore;
          const deduplication = { key: 'one', mode, ttlMs: 600_000 } as const;
          const worker = await trial.work(backend, { run: 'hold' });
          await trial.add(backend, trial.job({ id: 'a', payload: 1, deduplication }));
          const run = await worker.started();
          await steps.write({ lease: run.lease, key: 'step:a', text: '1' });
          await steps.signal({ id: 'a', key: 'signal:a', text: '1', now: trial.time.now() });
          const error = { name: 'Error', message: 'no' };
          run.end({ type: 'fail', error, attemptUsed: true });
          await trial.reaches(backend, 'a', 'failed');
          await backend.setPaused({ paused: true });
          await backend.retry({ ids: ['a'] });
          const replaced = [{ id: 'a', outcome: 'replaced' }];
          const next = trial.job({ payload: 2, deduplication });
          expect(await trial.add(backend, next)).toMatchObject(replaced);
          expect(await entriesOf(backend)).toEqual({});
          const brought = { steps: [{ key: 'step:b', text: '2' }] };
          const last = trial.job({ payload: 3, deduplication, ...brought });
          expect(await trial.add(backend, last)).toMatchObject(replaced);
          expect(await entriesOf(backend)).toEqual({ 'step:b': '2' });
          await backend.setPaused({ paused: false });
          const again = await worker.started(1);
          expect(again.job).toMatchObject({ id: 'a', payload: 3 });
          // The signal is gone, too: it was to the job before.
          again.end(waitingFor('signal:a', trial));
          await trial.reaches(backend, 'a', 'delayed');
          expect(await entriesOf(backend)).toEqual({ 'step:b': '2' });
        },
        { needs: 'deduplication' },
      );
    }

    test('stores a signal to a job that has not ended, in whatever state', async (trial) => {
      const backend = await trial.open();
      const steps = backend.steps as StepStore;
      const now = trial.time.now();
      const delayed = trial.job({ id: 'later', runAt: now + 600_000, delayMs: 600_000 });
      await trial.add(backend, delayed, ...trial.jobs('a'));
      for (const id of ['later', 'a']) {
        expect(await steps.signal({ id, key: 'signal:go', text: '1', now })).toBe('stored');
        expect(await entriesOf(backend, id)).toEqual({ 'signal:go': '1' });
      }
      const worker = await trial.work(backend, { run: 'hold' });
      const run = await worker.started();
      expect(await steps.signal({ id: 'a', key: 'signal:go', text: '2', now })).toBe('stored');
      expect(await entriesOf(backend)).toEqual({ 'signal:go': '2' });
      run.end();
      await trial.reaches(backend, 'a', 'completed');
      expect(await steps.signal({ id: 'a', key: 'signal:go', text: '3', now })).toBe('ended');
      expect(await steps.signal({ id: 'b', key: 'signal:go', text: '3', now })).toBe('not-found');
      expect(await entriesOf(backend)).toEqual({ 'signal:go': '2' });
      expect(await entriesOf(backend, 'b')).toEqual({});
      // It waits for its time, and not for a signal.
      expect((await trial.get(backend, 'later')).status).toBe('delayed');
    });

    test('wakes a job that waits for a signal', async (trial) => {
      const [backend, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      (await worker.started()).end(waitingFor('signal:go', trial));
      const waiting = await trial.reaches(backend, 'a', 'delayed');
      expect(waiting).toMatchObject({ snoozeReason: 'signal', attemptsMade: 0 });
      const now = trial.time.now();
      expect(await other.steps?.signal({ id: 'a', key: 'signal:go', text: '1', now })).toBe(
        'stored',
      );
      const { job } = await worker.started(1);
      expect(job).toMatchObject({ id: 'a', attemptsMade: 0, fencingToken: 2 });
    });

    test('wakes none that waits for its next attempt', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, trial.job({ id: 'a', maxAttempts: 2 }));
      const first = await worker.started();
      first.end({ type: 'snooze', reason: 'signal', runAt: trial.time.now(), delayMs: 0 });
      const error = { name: 'Error', message: 'no' };
      const runAt = trial.time.now() + 600_000;
      (await worker.started(1)).end({ type: 'retry', error, runAt, delayMs: 600_000 });
      await trial.reaches(backend, 'a', 'delayed');
      const now = trial.time.now();
      await backend.steps?.signal({ id: 'a', key: 'signal:go', text: '1', now });
      expect((await trial.get(backend, 'a')).status).toBe('delayed');
    });

    test('lets a job that is to wait for a signal run again if that is there', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const first = await worker.started();
      await backend.steps?.write({ lease: first.lease, key: 'wait:go', text: '0' });
      const now = trial.time.now();
      await backend.steps?.signal({ id: 'a', key: 'signal:go', text: '1', now });
      first.end(waitingFor('signal:go', trial));
      const second = await worker.started(1);
      expect(second.job).toMatchObject({ fencingToken: 2, snoozeReason: 'signal' });
      // Another one is no reason.
      second.end(waitingFor('signal:more', trial));
      await trial.reaches(backend, 'a', 'delayed');
    });

    test('misses no signal that comes as the job goes to sleep', async (trial) => {
      const [backend, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(backend, { run: 'hold' });
      const ids = Array.from({ length: 20 }, (_, index) => `race-${index}`);
      for (const [index, id] of ids.entries()) {
        await trial.add(backend, ...trial.jobs(id));
        const run = await worker.started(2 * index);
        run.end(waitingFor('signal:go', trial));
        const now = trial.time.now();
        const signal = { id, key: 'signal:go', text: '1', now };
        expect(await other.steps?.signal(signal)).toBe('stored');
        const again = await worker.started(2 * index + 1);
        expect(again.job).toMatchObject({ id, fencingToken: 2 });
        again.end();
        await trial.reaches(backend, id, 'completed');
      }
    });
  },
};
