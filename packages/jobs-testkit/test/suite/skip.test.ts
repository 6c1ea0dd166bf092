import { beforeAll, describe, expect, it } from 'vitest';
import { createTestClock } from '../../src/index.ts';
import { planTests } from '../../src/suite/planned-test.ts';
import { silentLogger } from '../../src/suite/silent-logger.ts';
import { memoryBackend } from '../support/memory.ts';
import { runSuites, type SuiteResult } from '../support/run-suites.ts';

let results: Map<string, SuiteResult>;

beforeAll(async () => {
  results = await runSuites('test/suite/skip.suite.ts');
});

const KNOWS = 'knows every test that `skip` names, and every group that `groups` names';
const failedOf = (name: string): readonly string[] | undefined => results.get(name)?.failed;

describe('a suite with `skip` or `groups`', () => {
  it('runs every test the backend’s capabilities ask for, and no other', () => {
    const result = results.get('skips nothing');
    expect(result?.failed).toEqual(['fails', 'hangs']);
    expect(result?.passed).toEqual([KNOWS, 'passes', 'is in another']);
  });

  it('passes when what it skips fails or never ends, and shows why', () => {
    expect(failedOf('skips what fails')).toEqual([]);
    expect(results.get('skips what fails')?.passed).toContain('fails (not passed: it is so)');
  });

  it('fails when what it skips passes', () => {
    expect(failedOf('skips what passes')).toEqual(['passes (not passed: it is so)']);
  });

  it('does not mind a test that this backend need not pass', () => {
    expect(failedOf('skips a test of another capability')).toEqual([]);
  });

  it('fails when there is no test of that title', () => {
    expect(failedOf('skips what is unknown')).toEqual([KNOWS]);
  });

  it('runs the groups that `groups` names alone, and fails when there is none of that title', () => {
    expect(results.get('runs one group')).toEqual({ passed: [KNOWS, 'is in another'], failed: [] });
    expect(failedOf('runs an unknown group')).toEqual([KNOWS]);
  });

  it('refuses two tests of one title', () => {
    const context = { queueName: 'a', clock: createTestClock(), logger: silentLogger };
    const { capabilities } = memoryBackend()(context);
    const group = {
      title: 'group',
      tests: (test: (title: string, body: () => Promise<void>) => void) => {
        test('same', async () => undefined);
      },
    };
    expect(() => planTests([group, group], capabilities)).toThrow(/same/);
  });
});
