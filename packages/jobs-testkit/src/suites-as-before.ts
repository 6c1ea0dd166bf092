import type { LeaseSuiteOptions } from './lease-suite/lease-suite-options.ts';
import type { SuiteOptions } from './suite/suite-options.ts';

// Re-exports, under their old entry, the names that have moved to `@philjs/jobs-testkit/conformance`, without
// requiring vitest where it is not installed.
const suites = process.env['VITEST'] === undefined ? undefined : await import('./conformance.ts');

/** @deprecated Import it from `@philjs/jobs-testkit/conformance`. */
export const describeBackend: (name: string, options: SuiteOptions) => void =
  suites?.describeBackend ?? needsVitest;

/** @deprecated Import it from `@philjs/jobs-testkit/conformance`. */
export const describeQueue: (name: string, options: SuiteOptions) => void =
  suites?.describeQueue ?? needsVitest;

/** @deprecated Import it from `@philjs/jobs-testkit/conformance`. */
export const describeLeaseStore: (name: string, options: LeaseSuiteOptions) => void =
  suites?.describeLeaseStore ?? needsVitest;

function needsVitest(): never {
  throw new Error(
    'The conformance suites register tests with vitest, which does not run here. ' +
      'Call them in a test file of vitest, imported from `@philjs/jobs-testkit/conformance`.',
  );
}
