import { mergeConfig } from 'vitest/config';
import { sharingTests } from '../../vitest.shared.ts';

// On Redis the worker runs in real time, for which the virtual clock waits: side by side they take the time of one.
export default mergeConfig(sharingTests, { test: { maxWorkers: 3 } });
