import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import type { BedKind } from './test-bed.ts';

/** Schedules in this process's memory, in virtual time throughout. */
export const memoryBed: BedKind = {
  name: 'memory',
  backend: () => memoryBackend({ store: createMemoryStore() }),
  virtualTime: true,
};
