/**
 * Shares with the packages of PhilJS Jobs what they have in common. Promises nothing: it may change in any minor version,
 * which is why their peer ranges name one.
 *
 * @packageDocumentation
 */
export { PERMISSIONS, type Permission, ROLES, ROLES_OF, type Role } from './access/roles.ts';
export {
  checkDuration,
  checkFunction,
  checkInteger,
  checkOptions,
  checkTime,
  type IntegerRange,
  invalidSecret,
  MAX_DURATION_MS,
  MAX_TIMEOUT_MS,
} from './check/argument.ts';
export { isThenable } from './check/is-thenable.ts';
export { processWide } from './check/process-wide.ts';
export { suggestionFor } from './check/suggestion.ts';
export { abortableDelay } from './clock/abortable-delay.ts';
export { attend } from './clock/attend.ts';
export { detached } from './clock/detached.ts';
export { takeTurn } from './clock/turn.ts';
export { dependencyRecord } from './contract/dependency-record.ts';
export { diagnose } from './contract/diagnostics.ts';
export { duePage } from './contract/due-page.ts';
export { isSameLimits } from './contract/job-limits.ts';
export {
  ENDED_STATUSES,
  INACTIVE_STATUSES,
  RETRIABLE_STATUSES,
  toJobCounts,
} from './contract/job-status.ts';
export { changeOfLimits, type LimitChange, storedLimits } from './contract/limit-facts.ts';
export { schedulePage } from './contract/schedule-page.ts';
export { compareWorkers, seenWorker } from './contract/worker-info.ts';
export {
  cancelledError,
  completedTwiceError,
  dependencyFailedError,
  scheduleNotFoundError,
  schemaOutdatedError,
} from './errors/error-factories.ts';
export { isNetworkError } from './errors/is-network-error.ts';
export { toError } from './errors/serialize-error.ts';
export { InFlight, type Placed } from './in-flight/in-flight.ts';
export { checkId, checkName } from './job/check-name.ts';
export { countFailing } from './job/count-failing.ts';
export { isDeclaration } from './job/declare-job.ts';
export { MAX_AGE_MS, NO_DEADLINE, type PlacedJob } from './job/place-of.ts';
export { escapeControls } from './json/escape-controls.ts';
export { fromText, toJsonText, toText } from './json/stored-text.ts';
export { toJson } from './json/to-json.ts';
export { CompletedLeases } from './lease/completed-leases.ts';
export type { EndListing } from './lease/consumers.ts';
export { type HeartbeatOptions, startHeartbeat } from './lease/heartbeat.ts';
export { PlaceKeeper, type PlaceKeeperOptions } from './lease/place-keeper.ts';
export { type FlatBucket, flattenBucket, unflattenBucket } from './metrics/flat-bucket.ts';
export { codecOfContent } from './queue/codec-of-content.ts';
export { dependantsFirst, type JobToEnd } from './queue/dependants-first.ts';
export { dependencyPages } from './queue/dependency-pages.ts';
export { failedJobOf } from './queue/failed-job-of.ts';
export { givenDependencies } from './queue/given-dependencies.ts';
export { idsByStatus } from './queue/ids-by-status.ts';
export { type KeyScope, readStoredKey } from './queue/key-scope.ts';
export { lettersOf } from './queue/letters-of.ts';
export { mergePayload } from './queue/merge-payload.ts';
export { needsWorker } from './queue/needs-worker.ts';
export { PASSING_ORDER } from './queue/passing-order.ts';
export { QUEUE_OPTION_NAMES } from './queue/queue-options.ts';
export { readStaff, type Staff } from './queue/read-staff.ts';
export { hasFailedItself } from './queue/read-workflow.ts';
export { type OwnQueueOptions, refuseBackend } from './queue/refuse-backend.ts';
export { RESERVED_METADATA } from './queue/reserved-metadata.ts';
export { PAYLOAD_FROM } from './queue/step-item.ts';
export { decode, toJob } from './queue/to-job.ts';
export { leaveAlone } from './run/admission.ts';
export { DEAD_LETTER } from './run/dead-letter.ts';
export { stepsOf, withSteps } from './run/kept-steps.ts';
export { internalsOf, type QueueInternals } from './run/queue-internals.ts';
export { stepKey } from './run/step-marks.ts';
export { matchesSearch } from './search/matches-search.ts';
export { SEARCH_KEYS } from './search/search-keys.ts';
export { parseSearch, type SearchQuery } from './search/search-query.ts';
export type { SearchContext, SearchTerm } from './search/search-term.ts';
export type { SearchedJob } from './search/searched-text.ts';
export { placesIn, replaceInSearch } from './search/tokenize.ts';
