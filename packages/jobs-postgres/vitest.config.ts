import { mergeConfig } from 'vitest/config';
import { unitTests } from '../../vitest.shared.ts';

// The suites over real servers mostly wait; side by side they take the time of one. The contention of three workers
// with an administrator on one pool is left out: on a machine with other work their leases of a second run out.
export default mergeConfig(unitTests, {
  test: { maxWorkers: 2, testNamePattern: /^(?!.*ends every job, one run at a time)/ },
});
