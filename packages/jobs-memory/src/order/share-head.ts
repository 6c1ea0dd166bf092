import type { Share } from './fair-shares.ts';

/** How many shares are few. A job costs ten times as much where so many share its limit key as where it is alone. */
export const FEW_SHARES = 64;

/** Is the first job of a share in a part of the waiting jobs. */
export interface ShareHead {
  readonly share: Share;
  /** The position of the job by arrival. */
  readonly seq: number;
  /** Its weight. */
  readonly weight: number;
}
