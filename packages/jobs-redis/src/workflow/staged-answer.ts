/** Holds the answer of a script that met a workflow which another call stores, and what has to be done with it first. */
export type StagedAnswer = readonly ['staged', stage: string, action: 'place' | 'drop' | 'wait'];
