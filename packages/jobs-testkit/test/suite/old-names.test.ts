import { expect, it } from 'vitest';
import { runSuites } from '../support/run-suites.ts';

it('registers a suite by its name of before', async () => {
  const results = await runSuites('test/suite/old-names.suite.ts');
  expect([...results.values()]).toEqual([
    { passed: expect.arrayContaining([expect.any(String)]), failed: [] },
  ]);
});
