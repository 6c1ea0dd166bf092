/**
 * Exports the suites that a backend must pass, for its authors. They need vitest.
 *
 * @packageDocumentation
 */

export { describeBackend } from './backend-suite/describe-backend.ts';
export { describeModels, type ModelSuiteOptions } from './backend-suite/describe-models.ts';
export {
  type FlowJob,
  type ModelState,
  WorkflowModel,
} from './backend-suite/model/workflow-model.ts';
export { describeLeaseStore } from './lease-suite/describe-lease-store.ts';
export type { LeaseSuiteOptions } from './lease-suite/lease-suite-options.ts';
export { describeQueue } from './queue-suite/describe-queue.ts';
export type {
  CreateBackend,
  DeleteByHand,
  SkippedTest,
  SuiteOptions,
  Transact,
} from './suite/suite-options.ts';
