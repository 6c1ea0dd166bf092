import { leaseStoreOf } from '../../../jobs-memory/src/memory-backend.ts';
import { describeLeaseStore } from '../../src/index.ts';
import { memoryBackend } from '../support/memory.ts';

// Run by `old-names.test.ts`.
describeLeaseStore('by the name of before', { create: memoryBackend(), leases: leaseStoreOf });
