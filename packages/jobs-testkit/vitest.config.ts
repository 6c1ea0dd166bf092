import { mergeConfig } from 'vitest/config';
import { sharingTests } from '../../vitest.shared.ts';

// The suites are tests: each store runs all of them, this package some.
const coverage = { exclude: ['src/*-suite/**'] };

export default mergeConfig(sharingTests, { test: { coverage } });
