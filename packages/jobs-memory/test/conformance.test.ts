import {
  describeBackend,
  describeLeaseStore,
  describeQueue,
} from '@philjs/jobs-testkit/conformance';
import { memoryBackend } from '../src/index.ts';
import { leaseStoreOf } from '../src/memory-backend.ts';

describeBackend('memory', { create: memoryBackend() });
describeLeaseStore('memory', { create: memoryBackend(), leases: leaseStoreOf });
describeQueue('memory', { create: memoryBackend() });
