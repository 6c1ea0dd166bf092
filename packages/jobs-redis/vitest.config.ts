import { mergeConfig } from 'vitest/config';
import { sharingTests } from '../../vitest.shared.ts';

// The suites over real servers mostly wait; side by side they take the time of one.
export default mergeConfig(sharingTests, { test: { maxWorkers: 3, maxConcurrency: 10 } });
