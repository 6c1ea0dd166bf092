import type { EnqueueItem } from './queue-interface.ts';

/** Names, in an item, the item whose result its payload is completed with. */
export const STEP_AFTER: unique symbol = Symbol.for('@philjs/jobs-core step before');

/** Names, in the metadata of a job, the job whose result its payload is completed with. */
export const PAYLOAD_FROM = 'philjs.payloadFrom';

/** An item whose payload may be completed when it runs. */
export interface StepItem extends EnqueueItem {
  /** The step before, if it completes the payload. */
  readonly [STEP_AFTER]?: EnqueueItem | undefined;
}
