import { mergeConfig } from 'vitest/config';
import { unitTests } from '../../vitest.shared.ts';

// The suites are tests: each store runs all of them, this package some.
const coverage = { exclude: ['src/*-suite/**'] };

export default mergeConfig(unitTests, { test: { coverage } });
