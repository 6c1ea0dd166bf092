import { expect } from 'vitest';
import { describeSuite, type Suite } from '../../src/suite/describe-suite.ts';
import { memoryBackend } from '../support/memory.ts';

const create = memoryBackend();

/** A suite of which one test fails, and one never ends. */
const suite: Suite<undefined> = {
  createTrial: () => undefined,
  endTrial: async () => undefined,
  groups: [
    {
      title: 'group',
      tests: (test) => {
        test('passes', async () => undefined);
        test('fails', async () => expect.unreachable());
        test('hangs', () => new Promise(() => undefined), { timeout: 10 });
        test('is for others', async () => expect.unreachable(), { lacks: 'logs' });
      },
    },
    { title: 'other group', tests: (test) => test('is in another', async () => undefined) },
  ],
};

const reason = 'it is so';
const [fails, hangs] = ['fails', 'hangs'].map((test) => ({ test, reason })) as [
  { test: string; reason: string },
  { test: string; reason: string },
];

// Run by `skip.test.ts`.
describeSuite('skips nothing', suite, { create });
describeSuite('skips what fails', suite, { create, skip: [fails, hangs] });
describeSuite('skips what passes', suite, {
  create,
  skip: [fails, hangs, { test: 'passes', reason }],
});
describeSuite('skips a test of another capability', suite, {
  create,
  skip: [fails, hangs, { test: 'is for others', reason }],
});
describeSuite('skips what is unknown', suite, {
  create,
  skip: [fails, hangs, { test: 'pases', reason }],
});
describeSuite('runs one group', suite, { create, groups: ['other group'] });
describeSuite('runs an unknown group', suite, { create, groups: ['grou'] });
