import type { Group } from '../suite/group.ts';
import type { BackendTrial } from './backend-trial.ts';

/** Holds tests of the contract that belong together. */
export type BackendGroup = Group<BackendTrial>;
