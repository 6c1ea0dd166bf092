import { defineConfig, type ViteUserConfig } from 'vitest/config';

const suites: ViteUserConfig = defineConfig({ test: { include: ['test/**/*.suite.ts'] } });

export default suites;
