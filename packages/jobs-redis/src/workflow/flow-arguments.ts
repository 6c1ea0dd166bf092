import type { NewJob } from '@philjs/jobs-core';
import type { JobRef } from '@philjs/jobs-core/backend';
import { encodeJobId, heldJobId } from '../keys/job-id.ts';
import { checkQueueName } from '../keys/queue-name.ts';
import { jobArguments } from '../record/job-arguments.ts';
import type { ScriptArgument } from '../script/script.ts';

/** How many jobs and edges one script stores. */
const MOST_STORED = 500;

/** One item of the script that adds workflows: a job, or more edges of a job that an earlier item stored. */
export interface FlowItem {
  readonly job: NewJob;
  /** The place of its first edge among those of the job. */
  readonly from: number;
  readonly to: number;
}

/** Cuts jobs, and the edges of those that wait for many, into calls of a bounded size. */
export function sliceFlow(jobs: readonly NewJob[]): FlowItem[][] {
  const slices: FlowItem[][] = [[]];
  let size = 0;
  for (const job of jobs) {
    const edges = job.dependsOn?.length ?? 0;
    let from = 0;
    do {
      if (size >= MOST_STORED) {
        slices.push([]);
        size = 0;
      }
      const to = Math.min(edges, from + MOST_STORED - size);
      slices.at(-1)?.push({ job, from, to });
      size += 1 + to - from;
      from = to;
    } while (from < edges);
  }
  return slices;
}

/** Writes an item as arguments of the script. Jobs that turned out to be others are named by those. */
export function flowArguments(
  { job, from, to }: FlowItem,
  queueName: string,
  others: ReadonlyMap<string, string>,
): ScriptArgument[] {
  const head = from === 0 ? ['job', ...jobArguments(job)] : ['edges', encodeJobId(job.id)];
  const dependsOn = job.dependsOn?.slice(from, to) ?? [];
  return [
    ...head,
    job.onDependencyFailure === 'continue' ? '0' : '1',
    dependsOn.length,
    ...dependsOn.map((ref) => refArgument(asStored(ref, queueName, others))),
  ];
}

/** Names a job as edges do: its queue and its id, in both forms if BullMQ may have made it. */
export function refArgument({ queueName, id }: JobRef): string {
  return `${checkQueueName(queueName)}:${heldJobId(id)}`;
}

function asStored(ref: JobRef, queueName: string, others: ReadonlyMap<string, string>): JobRef {
  const id = ref.queueName === queueName ? others.get(ref.id) : undefined;
  return id === undefined ? ref : { queueName, id };
}
