import type { Group } from '../suite/group.ts';
import type { LeaseTrial } from './lease-trial.ts';

/** Holds tests of lease stores that belong together. */
export type LeaseGroup = Group<LeaseTrial>;
