import { mergeConfig } from 'vitest/config';
import { sharingTests } from '../../vitest.shared.ts';

// The fault tests of the stores run these.
const exclude = [
  'src/describe-dead-letters.ts',
  'src/small-disk/**',
  'src/worker-processes/**',
  'src/largest/**',
];

export default mergeConfig(sharingTests, { test: { coverage: { exclude } } });
