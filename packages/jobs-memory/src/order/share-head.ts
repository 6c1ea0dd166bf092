import type { Share } from './fair-shares.ts';

/** How many shares are few: a job under a key of so many costs about ten times as much as one under a key of one. */
export const FEW_SHARES = 64;

/** Is the first job of a share in a part of the waiting jobs. */
export interface ShareHead {
  readonly share: Share;
  /** The position of the job by arrival. */
  readonly seq: number;
  /** Its weight. */
  readonly weight: number;
}
