import { describeBackend, describeLeaseStore, describeQueue } from '../src/conformance.ts';
import { slowBackend, slowLeases } from './support/slow-backend.ts';

describeBackend('slow store', { create: slowBackend() });
describeLeaseStore('slow store', { create: slowBackend(), leases: slowLeases });
describeQueue('slow store', { create: slowBackend() });
