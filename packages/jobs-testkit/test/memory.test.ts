import { leaseStoreOf } from '../../jobs-memory/src/memory-backend.ts';
import { describeBackend, describeLeaseStore, describeQueue } from '../src/conformance.ts';
import { memoryBackend } from './support/memory.ts';

// A backend that keeps the contract passes; `bites` has those that break it.
describeBackend('memory', { create: memoryBackend() });
describeLeaseStore('memory', { create: memoryBackend(), leases: leaseStoreOf });
describeQueue('memory', { create: memoryBackend() });
