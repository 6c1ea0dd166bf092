import {
  describeBackend,
  describeLeaseStore,
  describeQueue,
} from '@philjs/jobs-testkit/conformance';
import { leasesOf } from '../src/backend.ts';
import { myBackend } from '../src/index.ts';

describeBackend('my-engine', { create: myBackend() });
describeLeaseStore('my-engine', { create: myBackend(), leases: leasesOf });
describeQueue('my-engine', { create: myBackend() });
