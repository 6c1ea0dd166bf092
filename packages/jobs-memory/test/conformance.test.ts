import {
  describeBackend,
  describeLeaseStore,
  describeQueue,
} from '@philjs/jobs-testkit/conformance';
import { memoryBackend } from '../src/index.ts';

describeBackend('memory', { create: memoryBackend() });
describeLeaseStore('memory', { create: memoryBackend() });
describeQueue('memory', { create: memoryBackend() });
