import { administering } from './groups/administering.ts';
import { askingWorkers } from './groups/asking-workers.ts';
import { cancellingJobs } from './groups/cancelling-jobs.ts';
import { changingJobs } from './groups/changing-jobs.ts';
import { completing } from './groups/completing.ts';
import { dependingOnJobs } from './groups/depending-on-jobs.ts';
import { deploying } from './groups/deploying.ts';
import { endingInBulk } from './groups/ending-in-bulk.ts';
import { enqueueing } from './groups/enqueueing.ts';
import { failing } from './groups/failing.ts';
import { followingSteps } from './groups/following-steps.ts';
import { goingOn } from './groups/going-on.ts';
import { hooking } from './groups/hooking.ts';
import { isolating } from './groups/isolating.ts';
import { keepingOrderByKey } from './groups/keeping-order-by-key.ts';
import { keepingSteps } from './groups/keeping-steps.ts';
import { lacking } from './groups/lacking.ts';
import { limiting } from './groups/limiting.ts';
import { limitingByKey } from './groups/limiting-by-key.ts';
import { living } from './groups/living.ts';
import { orderingJobs } from './groups/ordering-jobs.ts';
import { querying } from './groups/querying.ts';
import { redoing } from './groups/redoing.ts';
import { redriving } from './groups/redriving.ts';
import { running } from './groups/running.ts';
import { runningForEver } from './groups/running-for-ever.ts';
import { sharingLimits } from './groups/sharing-limits.ts';
import { snoozing } from './groups/snoozing.ts';
import { stepping } from './groups/stepping.ts';
import { tagging } from './groups/tagging.ts';
import { timingOut } from './groups/timing-out.ts';
import { transacting } from './groups/transacting.ts';
import { waitingFor } from './groups/waiting-for.ts';
import { watching } from './groups/watching.ts';
import type { QueueGroup } from './queue-group.ts';

/** All groups of the queue's suite. */
export const queueGroups: readonly QueueGroup[] = [
  enqueueing,
  running,
  failing,
  tagging,
  timingOut,
  snoozing,
  goingOn,
  stepping,
  keepingSteps,
  hooking,
  isolating,
  cancellingJobs,
  changingJobs,
  querying,
  watching,
  waitingFor,
  administering,
  askingWorkers,
  limiting,
  limitingByKey,
  sharingLimits,
  keepingOrderByKey,
  orderingJobs,
  dependingOnJobs,
  followingSteps,
  completing,
  transacting,
  runningForEver,
  endingInBulk,
  redoing,
  redriving,
  deploying,
  living,
  lacking,
];
