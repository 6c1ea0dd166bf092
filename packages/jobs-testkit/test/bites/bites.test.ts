import { beforeAll, describe, expect, it } from 'vitest';
import { runSuites, type SuiteResult } from '../support/run-suites.ts';
import { leaseVariants } from './lease-variants.ts';
import { variants } from './variants.ts';

let results: Map<string, SuiteResult>;

beforeAll(async () => {
  results = await runSuites('test/bites/bites.suite.ts');
}, 900_000);

describe('the suite bites', () => {
  for (const [name, { caughtBy }] of Object.entries(leaseVariants)) {
    it(`catches a lease store that ${name}`, () => {
      expect(results.get(name)?.failed).toEqual(expect.arrayContaining([...caughtBy]));
    });
  }

  for (const [name, { caughtBy }] of Object.entries(variants)) {
    it(`catches a backend that ${name}`, () => {
      expect(results.get(name)?.failed).toEqual(expect.arrayContaining([...caughtBy]));
    });
  }
});
