import type { LeaseVariant } from './lease-variant.ts';
import { answersTwoCallsAlike } from './lease-variants/answers-two-calls-alike.ts';
import { deadlocks } from './lease-variants/deadlocks.ts';
import { forgetsItsAnswers } from './lease-variants/forgets-its-answers.ts';
import { goesByIdAlone } from './lease-variants/goes-by-id-alone.ts';
import { keepsTheFirstName } from './lease-variants/keeps-the-first-name.ts';
import { makesAllReadyAtOnce } from './lease-variants/makes-all-ready-at-once.ts';
import { mixesUpHolders } from './lease-variants/mixes-up-holders.ts';
import { remembersTooFew } from './lease-variants/remembers-too-few.ts';
import { repeatsStaleAnswers } from './lease-variants/repeats-stale-answers.ts';
import { stopsAtFirstRefusal } from './lease-variants/stops-at-first-refusal.ts';
import { takesItsOwnBack } from './lease-variants/takes-its-own-back.ts';
import { unstartedGoesLast } from './lease-variants/unstarted-goes-last.ts';

/** All lease stores that are broken on purpose. */
export const leaseVariants: readonly LeaseVariant[] = [
  answersTwoCallsAlike,
  deadlocks,
  forgetsItsAnswers,
  goesByIdAlone,
  keepsTheFirstName,
  makesAllReadyAtOnce,
  mixesUpHolders,
  remembersTooFew,
  repeatsStaleAnswers,
  stopsAtFirstRefusal,
  takesItsOwnBack,
  unstartedGoesLast,
];
