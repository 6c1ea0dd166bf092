import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

const ODD_IDS: readonly (readonly [kind: string, id: string])[] = [
  ['an integer', '42'],
  ['zero', '0'],
  ['a negative number', '-1'],
  ['a number with an exponent', '1e21'],
  ['colons', 'order:17:paid'],
  ['spaces', ' a b  '],
  ['slashes and dots', '../../etc/passwd'],
  ['percent signs', '100%25%00'],
  ['braces', '{queue}:{id}'],
  ['quotes and a semicolon', `'; drop table "jobs"; --`],
  ['an asterisk and brackets', 'job[*]?'],
  ['line breaks and control characters', 'a\nb\r\t\u0000\u001b'],
  ['an emoji', '👩‍🚀'],
  ['letters of all scripts', 'ジョブ-работа-مهمة'],
  ['the name of a prototype', '__proto__'],
  ['the name of a method', 'constructor'],
  ['a literal of JSON', 'null'],
  ['half a surrogate pair', 'a\ud83d'],
  ['256 characters', 'x'.repeat(256)],
  ['256 characters of four bytes', '🚀'.repeat(128)],
];

/** Any string is an id the user may choose (promise 13). */
export const identifying: BackendGroup = {
  title: 'identifying',
  tests: (test) => {
    for (const [kind, id] of ODD_IDS) {
      test(`takes an id of ${kind}`, async (trial) => {
        const backend = await trial.open();
        expect(await trial.add(backend, ...trial.jobs(id))).toEqual([{ id, outcome: 'added' }]);
        expect(await trial.add(backend, ...trial.jobs(id))).toEqual([{ id, outcome: 'duplicate' }]);
        expect((await trial.get(backend, id)).id).toBe(id);
        expect((await trial.list(backend, ['waiting'])).map((job) => job.id)).toEqual([id]);

        const worker = await trial.work(backend, { run: 'hold' });
        const run = await worker.started();
        expect(run.id).toBe(id);
        expect(await backend.setProgress({ lease: run.lease, progress: 50 })).toBe(true);
        run.end({ type: 'fail', error: { name: 'Error', message: 'no' }, attemptUsed: true });
        await trial.reaches(backend, id, 'failed');

        expect(await backend.retry({ ids: [id] })).toBe(1);
        (await worker.started(1)).end();
        await trial.reaches(backend, id, 'completed');
        expect(await backend.remove({ ids: [id] })).toBe(1);
        expect(await backend.get({ id })).toBeUndefined();
      });
    }

    test('tells ids apart that look alike', async (trial) => {
      const backend = await trial.open();
      const ids = ['a', 'A', 'a ', 'á', 'a\u0301', '1', '01', '1.0', 'a:b', 'a%3Ab', 'a_b', 'YTpi'];
      ids.push('\ud83d', '\ude00', '\ufffd', 'a\u0000', 'a\\u0000', '"a"', '"\\ud83d"');
      await trial.add(backend, ...ids.map((id) => trial.job({ id, payload: id })));
      const found = await Promise.all(ids.map((id) => trial.get(backend, id)));
      expect(found.map((job) => job.payload)).toEqual(ids);
      expect((await backend.counts()).waiting).toBe(ids.length);
    });

    test('keeps names, keys and ids of any characters out of each other’s way', async (trial) => {
      const backend = await trial.open();
      const odd = `a:b {c} 'd' "e" \n 👩‍🚀 ${'x'.repeat(150)}`;
      await trial.add(backend, trial.job({ id: odd, name: odd, metadata: { [odd]: odd } }));
      const worker = await trial.work(backend);
      await trial.reaches(backend, odd, 'completed');
      expect(worker.runs[0]?.job).toMatchObject({ id: odd, name: odd, metadata: { [odd]: odd } });
      const page = await backend.list({
        statuses: ['completed'],
        names: [odd],
        order: 'newest',
        limit: 10,
      });
      expect(page.jobs.map((job) => job.id)).toEqual([odd]);
    });
  },
};
