import type { Access } from './access.ts';
import type { ServedQueue } from './served-queue.ts';

/** Holds what is known of a request to a queue once its token was found. */
export interface RemoteEnv {
  readonly Variables: { access: Access; served: ServedQueue };
}
