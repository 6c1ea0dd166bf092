import { describeModels } from '@philjs/jobs-testkit/conformance';
import { memoryBackend } from '../../src/index.ts';

describeModels('memory', {
  create: memoryBackend(),
  runs: 2000,
});
