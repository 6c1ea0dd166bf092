import { describeWorkflows } from '@philjs/jobs-testkit/conformance';
import { memoryBackend } from '../../src/index.ts';

const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);

describeWorkflows(`memory, FC_SEED=${SEED}`, {
  create: memoryBackend(),
  runs: 2000,
  mostJobs: 200,
  seed: SEED,
});
