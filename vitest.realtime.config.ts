import { defineConfig } from 'vitest/config';

/** The tests that compare spans of real time: one file after another, with nothing beside them. */
export default defineConfig({
  test: {
    include: ['packages/*/{src,test}/**/*.realtime.test.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
