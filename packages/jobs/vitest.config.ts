import { mergeConfig } from 'vitest/config';
import { sharingTests } from '../../vitest.shared.ts';

// The tests of the command line mostly wait, for processes that start and for jobs that end.
export default mergeConfig(sharingTests, { test: { maxWorkers: 2 } });
