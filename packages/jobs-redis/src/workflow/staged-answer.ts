/**
 * Holds the answer of a script that met a workflow which another call stores, and what has to be done with it first; or,
 * without a workflow, jobs that are in no state, which are to be dropped first.
 */
export type StagedAnswer = readonly [
  'staged',
  stage: string,
  action: 'place' | 'drop' | 'wait' | 'unplaced',
  ...unplaced: string[],
];
