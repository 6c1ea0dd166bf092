import { systemClock } from '@philjs/jobs-core';
import type { Backend } from '@philjs/jobs-core/backend';
import { describe, expect, it } from 'vitest';
import type { Group } from './group.ts';
import { type PlannedTest, planTests } from './planned-test.ts';
import { silentLogger } from './silent-logger.ts';
import { createBackend, type SkippedTest, type SuiteOptions } from './suite-options.ts';

/** Holds the parts of a suite. */
export interface Suite<TTrial> {
  /** Its tests, all registered from this one list. */
  readonly groups: readonly Group<TTrial>[];
  /** Makes the fixture of a test. */
  readonly createTrial: (options: SuiteOptions, sample: Backend) => TTrial;
  /** Releases it. */
  readonly endTrial: (trial: TTrial) => Promise<void>;
}

/** Registers the tests of a suite with vitest, as a `describe` block with one more for each group. */
export function describeSuite<TTrial>(
  name: string,
  suite: Suite<TTrial>,
  options: SuiteOptions,
): void {
  describe(name, async () => {
    const sample = await createBackend(options.create, {
      queueName: 'sample',
      clock: systemClock,
      logger: silentLogger,
    });
    const possible = suite.groups.filter(({ option }) => !option || options[option] !== undefined);
    const { tests, titles } = planTests(possible, sample.capabilities, options.groups);
    const skipped = new Map((options.skip ?? []).map((skip) => [skip.test, skip]));

    it('knows every test that `skip` names, and every group that `groups` names', () => {
      const known = new Set(suite.groups.map(({ title }) => title));
      expect([...skipped.keys()].filter((title) => !titles.has(title))).toEqual([]);
      expect((options.groups ?? []).filter((title) => !known.has(title))).toEqual([]);
    });

    const register = (test: PlannedTest<TTrial>): void => {
      const run = (): Promise<void> => runTrial(suite, test, options, sample);
      const skip = skipped.get(test.title);
      if (skip === undefined) it(test.title, run, test.timeout);
      else {
        const title = `${test.title} (not passed: ${skip.reason})`;
        it(title, () => mustFail(run, test, skip), 2 * HANGS_AFTER_MS + test.timeout);
      }
    };
    // On virtual time a clock counts everything under way in the process as its own.
    const canShare = options.concurrent === true && !sample.capabilities.virtualTime;
    const isBeside = ({ alone }: PlannedTest<TTrial>): boolean => canShare && !alone;
    for (const [group, members] of longestFirst(tests.filter(isBeside))) {
      describe(group, { concurrent: true }, () => members.forEach(register));
    }
    for (const [group, members] of groupTests(tests.filter((test) => !isBeside(test)))) {
      describe(group, () => members.forEach(register));
    }
  });
}

/** Orders groups so that none of those that take long is left for the end, when nothing is beside it. */
function longestFirst<TTrial>(
  tests: readonly PlannedTest<TTrial>[],
): [string, PlannedTest<TTrial>[]][] {
  const longest = (members: readonly PlannedTest<TTrial>[]): number =>
    Math.max(...members.map(({ timeout }) => timeout));
  return [...groupTests(tests)].sort(([, a], [, b]) => longest(b) - longest(a));
}

function groupTests<TTrial>(
  tests: readonly PlannedTest<TTrial>[],
): Map<string, PlannedTest<TTrial>[]> {
  const groups = new Map<string, PlannedTest<TTrial>[]>();
  for (const test of tests) groups.set(test.group, [...(groups.get(test.group) ?? []), test]);
  return groups;
}

async function runTrial<TTrial>(
  suite: Suite<TTrial>,
  test: PlannedTest<TTrial>,
  options: SuiteOptions,
  sample: Backend,
): Promise<void> {
  const trial = suite.createTrial(options, sample);
  try {
    await test.body(trial);
  } finally {
    await suite.endTrial(trial);
  }
}

/** How long a skipped test may hang before that counts as failing, in milliseconds. */
const HANGS_AFTER_MS = 4_000;

async function mustFail<TTrial>(
  run: () => Promise<void>,
  { title }: PlannedTest<TTrial>,
  { reason }: SkippedTest,
): Promise<void> {
  const hangs = new Promise<'failed'>((resolve) => {
    setTimeout(resolve, HANGS_AFTER_MS, 'failed').unref();
  });
  const outcome = await Promise.race([run().then(passed, failed), hangs]);
  if (outcome === 'passed') {
    throw new Error(
      `\`${title}\` passes. Take it out of \`skip\`, where the reason was: ${reason}`,
    );
  }
}

const passed = (): 'passed' => 'passed';
const failed = (): 'failed' => 'failed';
