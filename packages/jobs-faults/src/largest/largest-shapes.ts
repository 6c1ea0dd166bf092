import { defineJob, type JobDefinition } from '@philjs/jobs-core';

/** How many jobs may wait for one, and one for: the largest number that the documents allow. */
export const MOST = 10_000;
const SIDE = 100;

/** Is the job of the largest workflows. */
export const work: JobDefinition<'work', null, number, null> = defineJob({
  name: 'work',
  attempts: 1,
  removeOnComplete: { count: 10 * MOST },
  removeOnCancel: { count: 10 * MOST },
  removeOnFail: { count: 10 * MOST },
  handler: (_payload: null) => 1,
});

/** Is an item of `enqueueMany`. */
export interface ShapeItem {
  readonly job: typeof work;
  readonly payload: null;
  readonly options: { readonly jobId: string; readonly dependsOn?: readonly string[] };
}

/** Describes a workflow of the largest size. */
export interface LargestShape {
  /** Its jobs, in the order in which a call names them. */
  readonly items: readonly ShapeItem[];
  /** How many of them wait for none. */
  readonly ready: number;
}

const ids = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${name}-${at}`);

function shape(ready: readonly string[], blocked: readonly string[]): LargestShape {
  const waiting = blocked.map((jobId) => ({
    job: work,
    payload: null,
    options: { jobId, dependsOn: ready },
  }));
  const items = [
    ...ready.map((jobId) => ({ job: work, payload: null, options: { jobId } })),
    ...waiting,
  ];
  return { items, ready: ready.length };
}

/** Names one of the workflows. */
export type ShapeName =
  | '10,000 jobs wait for one'
  | 'one job waits for 10,000'
  | '100 jobs wait for the same 100';

/** Makes the workflows, with ids that begin with a name. */
export const largestShapes: Readonly<Record<ShapeName, (name: string) => LargestShape>> = {
  '10,000 jobs wait for one': (name) => shape([`${name}-root`], ids(name, MOST)),
  'one job waits for 10,000': (name) => shape(ids(name, MOST), [`${name}-last`]),
  '100 jobs wait for the same 100': (name) => shape(ids(`${name}-a`, SIDE), ids(`${name}-b`, SIDE)),
};
