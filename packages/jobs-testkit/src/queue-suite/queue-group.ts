import type { Group } from '../suite/group.ts';
import type { QueueTrial } from './queue-trial.ts';

/** Holds tests of the public queue that belong together. */
export type QueueGroup = Group<QueueTrial>;
