import type { Variant } from './variant.ts';
import { actsInAnyState } from './variants/acts-in-any-state.ts';
import { ageForgotten } from './variants/age-forgotten.ts';
import { anyNameTakesOver } from './variants/any-name-takes-over.ts';
import { batchLosesLast } from './variants/batch-loses-last.ts';
import { cancelOfActiveLost } from './variants/cancel-of-active-lost.ts';
import { cancelledCountsAsFailed } from './variants/cancelled-counts-as-failed.ts';
import { closeWaitsForEver } from './variants/close-waits-for-ever.ts';
import { concurrencyLimitNotKept } from './variants/concurrency-limit-not-kept.ts';
import { countsDriftOnRemove } from './variants/counts-drift-on-remove.ts';
import { cursorsOutliveOrders } from './variants/cursors-outlive-orders.ts';
import { cursorsUsedUp } from './variants/cursors-used-up.ts';
import { deadLettersLost } from './variants/dead-letters-lost.ts';
import { debouncedForEver } from './variants/debounced-for-ever.ts';
import { delayedByAnotherClock } from './variants/delayed-by-another-clock.ts';
import { delayedJobsEarly } from './variants/delayed-jobs-early.ts';
import { dependantsNotBroughtBack } from './variants/dependants-not-brought-back.ts';
import { dependantsOfOneAlone } from './variants/dependants-of-one-alone.ts';
import { dependantsStartAtOnce } from './variants/dependants-start-at-once.ts';
import { doneButCancelled } from './variants/done-but-cancelled.ts';
import { drainedTooEarly } from './variants/drained-too-early.ts';
import { droppedTickCounts } from './variants/dropped-tick-counts.ts';
import { duePassesOver } from './variants/due-passes-over.ts';
import { eventsNameJobsAsStored } from './variants/events-name-jobs-as-stored.ts';
import { eventsOutOfOrder } from './variants/events-out-of-order.ts';
import { failuresNotPassedOn } from './variants/failures-not-passed-on.ts';
import { forgetsEarlierFailures } from './variants/forgets-earlier-failures.ts';
import { forgetsLongRuns } from './variants/forgets-long-runs.ts';
import { halfPairsLost } from './variants/half-pairs-lost.ts';
import { holdsBackTheName } from './variants/holds-back-the-name.ts';
import { idsEncodedBadly } from './variants/ids-encoded-badly.ts';
import { keysTakeNoTurns } from './variants/keys-take-no-turns.ts';
import { knownIdOfAnotherName } from './variants/known-id-of-another-name.ts';
import { knownIdOverwrites } from './variants/known-id-overwrites.ts';
import { lastInFirstOut } from './variants/last-in-first-out.ts';
import { lateEntriesLost } from './variants/late-entries-lost.ts';
import { leaseEndsEarly } from './variants/lease-ends-early.ts';
import { leaseNeverEnds } from './variants/lease-never-ends.ts';
import { limitKeysLost } from './variants/limit-keys-lost.ts';
import { limitNotShared } from './variants/limit-not-shared.ts';
import { limitsFixedAtStart } from './variants/limits-fixed-at-start.ts';
import { metadataMerged } from './variants/metadata-merged.ts';
import { newOrderForNewJobs } from './variants/new-order-for-new-jobs.ts';
import { oneJobToTwoWorkers } from './variants/one-job-to-two-workers.ts';
import { orderNotKept } from './variants/order-not-kept.ts';
import { orderOfTheLastProcess } from './variants/order-of-the-last-process.ts';
import { pagesByCount } from './variants/pages-by-count.ts';
import { pauseIgnoredByRunningWorkers } from './variants/pause-ignored-by-running-workers.ts';
import { priorityInverted } from './variants/priority-inverted.ts';
import { putBackUntold } from './variants/put-back-untold.ts';
import { putsOneByOne } from './variants/puts-one-by-one.ts';
import { rateNotKept } from './variants/rate-not-kept.ts';
import { replaceTakesPayloadAlone } from './variants/replace-takes-payload-alone.ts';
import { resultsSentUnasked } from './variants/results-sent-unasked.ts';
import { retentionOffByOne } from './variants/retention-off-by-one.ts';
import { retentionOverAllNames } from './variants/retention-over-all-names.ts';
import { retentionOverAllQueues } from './variants/retention-over-all-queues.ts';
import { retentionWithoutTotal } from './variants/retention-without-total.ts';
import { retryLeavesKeyFree } from './variants/retry-leaves-key-free.ts';
import { retryLosesPayload } from './variants/retry-loses-payload.ts';
import { sharesWhatItHandsOut } from './variants/shares-what-it-hands-out.ts';
import { snoozeNeverForgotten } from './variants/snooze-never-forgotten.ts';
import { snoozeUsesAttempt } from './variants/snooze-uses-attempt.ts';
import { staleOutcomeAccepted } from './variants/stale-outcome-accepted.ts';
import { stallsNotCounted } from './variants/stalls-not-counted.ts';
import { stopDoesNotWait } from './variants/stop-does-not-wait.ts';
import { ticksFireTwice } from './variants/ticks-fire-twice.ts';
import { turnsNeverGivenBack } from './variants/turns-never-given-back.ts';
import { undefinedBecomesNull } from './variants/undefined-becomes-null.ts';
import { unstartedLosesPlace } from './variants/unstarted-loses-place.ts';
import { updateLosesPlace } from './variants/update-loses-place.ts';
import { updatesJobsThatEnded } from './variants/updates-jobs-that-ended.ts';
import { waitsForNobody } from './variants/waits-for-nobody.ts';
import { weightsIgnored } from './variants/weights-ignored.ts';
import { windowsNotTold } from './variants/windows-not-told.ts';

/** All backends that are broken on purpose. */
export const variants: readonly Variant[] = [
  actsInAnyState,
  ageForgotten,
  anyNameTakesOver,
  batchLosesLast,
  cancelledCountsAsFailed,
  cancelOfActiveLost,
  closeWaitsForEver,
  concurrencyLimitNotKept,
  countsDriftOnRemove,
  cursorsOutliveOrders,
  cursorsUsedUp,
  deadLettersLost,
  debouncedForEver,
  delayedByAnotherClock,
  delayedJobsEarly,
  dependantsNotBroughtBack,
  dependantsOfOneAlone,
  dependantsStartAtOnce,
  doneButCancelled,
  drainedTooEarly,
  droppedTickCounts,
  duePassesOver,
  eventsNameJobsAsStored,
  eventsOutOfOrder,
  failuresNotPassedOn,
  forgetsEarlierFailures,
  forgetsLongRuns,
  halfPairsLost,
  holdsBackTheName,
  idsEncodedBadly,
  keysTakeNoTurns,
  knownIdOfAnotherName,
  knownIdOverwrites,
  lastInFirstOut,
  lateEntriesLost,
  leaseEndsEarly,
  leaseNeverEnds,
  limitKeysLost,
  limitNotShared,
  limitsFixedAtStart,
  metadataMerged,
  newOrderForNewJobs,
  oneJobToTwoWorkers,
  orderNotKept,
  orderOfTheLastProcess,
  pagesByCount,
  pauseIgnoredByRunningWorkers,
  priorityInverted,
  putBackUntold,
  putsOneByOne,
  rateNotKept,
  replaceTakesPayloadAlone,
  resultsSentUnasked,
  retentionOffByOne,
  retentionOverAllNames,
  retentionOverAllQueues,
  retentionWithoutTotal,
  retryLeavesKeyFree,
  retryLosesPayload,
  sharesWhatItHandsOut,
  snoozeNeverForgotten,
  snoozeUsesAttempt,
  staleOutcomeAccepted,
  stallsNotCounted,
  stopDoesNotWait,
  ticksFireTwice,
  turnsNeverGivenBack,
  undefinedBecomesNull,
  unstartedLosesPlace,
  updateLosesPlace,
  updatesJobsThatEnded,
  waitsForNobody,
  weightsIgnored,
  windowsNotTold,
];
