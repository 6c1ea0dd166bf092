import { mergeConfig } from 'vitest/config';
import { unitTests } from '../../vitest.shared.ts';

// Some of these start several processes, or wait until a server that is not there was given up on.
export default mergeConfig(unitTests, { test: { testTimeout: 240_000 } });
