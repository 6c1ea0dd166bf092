import type { BackendGroup } from './backend-group.ts';
import { adding } from './groups/adding.ts';
import { addingChildren } from './groups/adding-children.ts';
import { agreeing } from './groups/agreeing.ts';
import { announcing } from './groups/announcing.ts';
import { cancelling } from './groups/cancelling.ts';
import { carrying } from './groups/carrying.ts';
import { carryingOddStrings } from './groups/carrying-odd-strings.ts';
import { changingLimits } from './groups/changing-limits.ts';
import { closing } from './groups/closing.ts';
import { consuming } from './groups/consuming.ts';
import { contending } from './groups/contending.ts';
import { countingDependencies } from './groups/counting-dependencies.ts';
import { decidingTogether } from './groups/deciding-together.ts';
import { declaring } from './groups/declaring.ts';
import { deduplicating } from './groups/deduplicating.ts';
import { delaying } from './groups/delaying.ts';
import { depending } from './groups/depending.ts';
import { endingLeases } from './groups/ending-leases.ts';
import { failingDependants } from './groups/failing-dependants.ts';
import { findingKeys } from './groups/finding-keys.ts';
import { findingUnplaced } from './groups/finding-unplaced.ts';
import { givingTurnsBack } from './groups/giving-turns-back.ts';
import { identifying } from './groups/identifying.ts';
import { joining } from './groups/joining.ts';
import { keepingDeadLetters } from './groups/keeping-dead-letters.ts';
import { keepingOrderByKey } from './groups/keeping-order-by-key.ts';
import { keepingSteps } from './groups/keeping-steps.ts';
import { leasing } from './groups/leasing.ts';
import { limitingConcurrency } from './groups/limiting-concurrency.ts';
import { limitingRate } from './groups/limiting-rate.ts';
import { limitingStarts } from './groups/limiting-starts.ts';
import { listingWorkers } from './groups/listing-workers.ts';
import { logging } from './groups/logging.ts';
import { measuring } from './groups/measuring.ts';
import { notingTicks } from './groups/noting-ticks.ts';
import { ordering } from './groups/ordering.ts';
import { orderingByPolicy } from './groups/ordering-by-policy.ts';
import { pausing } from './groups/pausing.ts';
import { progressing } from './groups/progressing.ts';
import { reading } from './groups/reading.ts';
import { recording } from './groups/recording.ts';
import { remembering } from './groups/remembering.ts';
import { removing } from './groups/removing.ts';
import { retaining } from './groups/retaining.ts';
import { reviving } from './groups/reviving.ts';
import { scheduling } from './groups/scheduling.ts';
import { sharingLimits } from './groups/sharing-limits.ts';
import { stopping } from './groups/stopping.ts';
import { takingOver } from './groups/taking-over.ts';
import { updating } from './groups/updating.ts';
import { waitingForSlots } from './groups/waiting-for-slots.ts';

/** All groups of the contract's suite: from what every backend does to what is optional. */
export const backendGroups: readonly BackendGroup[] = [
  declaring,
  adding,
  identifying,
  carrying,
  carryingOddStrings,
  reading,
  ordering,
  delaying,
  consuming,
  recording,
  remembering,
  progressing,
  leasing,
  pausing,
  stopping,
  closing,
  cancelling,
  endingLeases,
  retaining,
  removing,
  reviving,
  updating,
  announcing,
  limitingRate,
  limitingConcurrency,
  limitingStarts,
  sharingLimits,
  keepingOrderByKey,
  changingLimits,
  orderingByPolicy,
  givingTurnsBack,
  waitingForSlots,
  deduplicating,
  findingKeys,
  takingOver,
  depending,
  addingChildren,
  countingDependencies,
  failingDependants,
  findingUnplaced,
  scheduling,
  decidingTogether,
  notingTicks,
  measuring,
  logging,
  keepingSteps,
  listingWorkers,
  keepingDeadLetters,
  joining,
  contending,
  agreeing,
];
