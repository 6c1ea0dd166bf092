import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Begins with the suites for backends: their files are short and take longest, which a fresh clone does not know. */
class SuitesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSuite = ({ moduleId }: TestSpecification): boolean => /\bconformance\b/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isSuite), ...sorted.filter((file) => !isSuite(file))];
  }
}

/** How long `expect.poll` looks. Vitest's own second is short of what a busy machine takes to start a program. */
const POLL_TIMEOUT_MS = 120_000;

/** The unit tests of a package: beside the source, or in `test/` when they need a server or a process. */
export const unitTests: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/faults/**', '**/*.realtime.test.ts'],
    // A test hangs or it does not: a busy machine may take its time. Where it has a twelfth of a processor for itself,
    // a program takes twenty seconds to start, and a test of thousands of jobs two minutes.
    testTimeout: 600_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: POLL_TIMEOUT_MS } },
    sequence: { sequencer: SuitesFirst },
    restoreMocks: true,
    unstubEnvs: true,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts', 'src/**/*.test-d.ts'],
      reporter: ['text-summary', 'json-summary', 'lcovonly'],
      thresholds: { lines: 90 },
    },
  },
});

/**
 * The unit tests of a package whose modules keep nothing from one test to the next: its files share a process, so that
 * each module is read once.
 */
export const sharingTests: ViteUserConfig = mergeConfig(unitTests, { test: { isolate: false } });

/** The long tests of a package, run by `npm run test:faults`: real processes killed, servers stopped. */
export const faultTests: ViteUserConfig = defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    fileParallelism: false,
    maxConcurrency: 10,
    testTimeout: 900_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: POLL_TIMEOUT_MS } },
  },
});
