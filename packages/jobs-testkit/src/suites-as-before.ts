import { createRequire } from 'node:module';
import type { LeaseSuiteOptions } from './lease-suite/lease-suite-options.ts';
import type { SuiteOptions } from './suite/suite-options.ts';

// Keeps under their old entry the names that have moved to `@philjs/jobs-testkit/conformance`. That entry, and with it
// vitest, is loaded when one is called: importing this one neither asks for vitest nor waits, so `require` takes it.

type Suites = typeof import('./conformance.ts');

/** @deprecated Import it from `@philjs/jobs-testkit/conformance`. */
export function describeBackend(name: string, options: SuiteOptions): void {
  suites().describeBackend(name, options);
}

/** @deprecated Import it from `@philjs/jobs-testkit/conformance`. */
export function describeQueue(name: string, options: SuiteOptions): void {
  suites().describeQueue(name, options);
}

/** @deprecated Import it from `@philjs/jobs-testkit/conformance`. */
export function describeLeaseStore(name: string, options: LeaseSuiteOptions): void {
  suites().describeLeaseStore(name, options);
}

function suites(): Suites {
  try {
    return createRequire(import.meta.url)('@philjs/jobs-testkit/conformance') as Suites;
  } catch (cause) {
    throw new Error(
      'The conformance suites register tests with vitest, which does not run here. ' +
        'Call them in a test file of vitest, imported from `@philjs/jobs-testkit/conformance`.',
      { cause },
    );
  }
}
