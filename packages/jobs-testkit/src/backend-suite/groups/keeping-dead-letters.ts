import type { NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import type { RunEnding } from '../test-worker.ts';

const FAR_MS = 100 * 365 * 86_400_000;

/** Fails a run for good, and keeps a letter in another queue. */
function failing(queue: string, job: NewJob): RunEnding {
  const error = { name: 'Error', message: 'hopeless' };
  return { type: 'fail', error, failures: [], attemptUsed: true, deadLetter: { queue, job } };
}

function letter(trial: BackendTrial, id: string): NewJob {
  const payload = { of: 'é\ud800 "one"', jobs: [1, null] };
  return trial.job({ id, name: 'dead-letter', payload, delay: FAR_MS, delayMs: FAR_MS });
}

/** Jobs that fail for good are kept in another queue of the store, in the step that records the failure. */
export const keepingDeadLetters: BackendGroup = {
  title: 'keeping dead letters',
  needs: 'deadLetters',
  tests: (test) => {
    test('stores the letter of a failed job in its queue, made if need be', async (trial) => {
      const dead = `${trial.queueName}-dead`;
      const backend = await trial.open();
      await trial.work(backend, { run: (run) => run.end(failing(dead, letter(trial, 'letter'))) });
      await trial.add(backend, ...trial.jobs('a'));
      await trial.reaches(backend, 'a', 'failed');
      const other = await trial.open(dead);
      expect(await other.counts()).toMatchObject({ delayed: 1, waiting: 0 });
      const kept = await trial.get(other, 'letter');
      expect(kept).toMatchObject({ name: 'dead-letter', status: 'delayed', attemptsMade: 0 });
      expect(kept.payload).toEqual({ of: 'é\ud800 "one"', jobs: [1, null] });
      expect((await trial.list(other, ['delayed'])).map(({ id }) => id)).toEqual(['letter']);
      expect((await backend.counts()).failed).toBe(1);
    });

    test(
      'stores with a letter what the steps of its job left',
      async (trial) => {
        const dead = `${trial.queueName}-dead`;
        const backend = await trial.open();
        const steps = [
          { key: 'step:é', text: '{"result":"\\u0000 é"}' },
          { key: 'signal:go', text: '2' },
        ];
        const kept = { ...letter(trial, 'letter'), steps };
        await trial.work(backend, { run: (run) => run.end(failing(dead, kept)) });
        await trial.add(backend, ...trial.jobs('a'));
        await trial.reaches(backend, 'a', 'failed');
        const other = await trial.open(dead);
        const read = await other.steps?.read({ id: 'letter' });
        expect([...(read ?? [])].sort((a, b) => (a.key < b.key ? 1 : -1))).toEqual(steps);
        await other.remove({ ids: ['letter'] });
        expect(await other.steps?.read({ id: 'letter' })).toEqual([]);
      },
      { needs: 'steps' },
    );

    test('stores a letter once', async (trial) => {
      const dead = `${trial.queueName}-dead`;
      const backend = await trial.open();
      await trial.work(backend, { run: (run) => run.end(failing(dead, letter(trial, 'letter'))) });
      await trial.add(backend, ...trial.jobs('a', 'b'));
      for (const id of ['a', 'b']) await trial.reaches(backend, id, 'failed');
      const other = await trial.open(dead);
      expect((await other.counts()).delayed).toBe(1);
      expect(await other.remove({ ids: ['letter'] })).toBe(1);
      expect((await other.counts()).delayed).toBe(0);
    });

    test('stores no letter of a job whose worker had lost it', async (trial) => {
      const { lockMs } = trial.time;
      const dead = `${trial.queueName}-dead`;
      const [one, two] = [await trial.open(), await trial.open()];
      const late = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, ...trial.jobs('a'));
      const run = await late.started();
      await one.close({ force: true });
      await trial.work(two, { lockMs });
      await trial.reaches(two, 'a', 'completed');
      run.end(failing(dead, letter(trial, 'letter')));
      const other = await trial.open(dead);
      expect((await other.counts()).delayed).toBe(0);
    });
  },
};
