// The behaviour of core, memory and the scheduler, under a Vitest that older Nodes run: `older-nodes.js` installs it.
import { join } from 'node:path';
import { root } from '../setup/workspace.js';

const vitest = join(root, '.cache/nodes/node_modules/vitest/dist/index.js');

export default {
  root,
  resolve: { alias: [{ find: /^vitest$/, replacement: vitest }] },
  test: {
    include: [
      'packages/jobs-core/src/**/*.test.ts',
      'packages/jobs-memory/test/conformance.test.ts',
      'packages/jobs-scheduler/test/memory.test.ts',
    ],
    isolate: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
};
