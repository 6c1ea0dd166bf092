import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { DependencyRecord, JobRef } from '../contract/workflow-store.ts';
import { countFailing } from '../job/count-failing.ts';

/** The number of jobs named that a job waits for, and of those that these wait for in turn. */
const MOST = { named: 5, deep: 50 } as const;

interface ExplainBlocked {
  readonly record: JobRecord;
  readonly queueName: string;
  readonly backend: Backend;
  /** Says why another job of this queue is not running. */
  readonly summaryOf: (id: string) => Promise<string>;
}

/** Says for what a blocked job waits, through the whole chain: one sentence for each of the first few jobs. */
export async function explainBlocked(params: ExplainBlocked): Promise<string[]> {
  const { record, queueName } = params;
  // A job that another program added, such as a parent in a flow of BullMQ.
  if (record.dependencies === undefined) return ['It waits for other jobs to finish.'];
  const { open, total } = record.dependencies;
  const isToFail = countFailing(record.dependencies) > 0;
  if (open === 0 && !isToFail) {
    return ['All jobs it waited for have ended: a worker of this queue releases it.'];
  }
  const unmet = await unmetOf(params, { queueName, id: record.id });
  const first = unmet.find((dependency) => hasFailed(dependency) && !dependency.isTolerated);
  if (isToFail && first !== undefined) {
    return [
      `${named(first)}, which it waited for, ${became(first)}: a worker of this queue fails it.`,
    ];
  }
  const waits = unmet.filter((dependency) => !hasFailed(dependency)).slice(0, MOST.named);
  const sentences = await Promise.all(waits.map((dependency) => chainOf(params, dependency)));
  const rest = open - sentences.length;
  if (rest > 0) sentences.push(`It waits for ${rest} more of ${total} jobs.`);
  return sentences;
}

async function chainOf(params: ExplainBlocked, first: DependencyRecord): Promise<string> {
  let text = `It waits for ${named(first)}`;
  let last = first;
  for (let depth = 1; last.status === 'blocked' && depth < MOST.deep; depth++) {
    const next = (await unmetOf(params, last)).find((dependency) => !hasFailed(dependency));
    if (next === undefined) break;
    text += `, which waits for ${named(next)}`;
    last = next;
  }
  text += `, which is ${last.status}`;
  const isReady = last.status === 'waiting' || last.status === 'delayed';
  if (!isReady || last.queueName !== params.queueName) return `${text}.`;
  return `${text}: ${await params.summaryOf(last.id)}`;
}

async function unmetOf(
  { backend }: ExplainBlocked,
  job: JobRef,
): Promise<readonly DependencyRecord[]> {
  const { queueName, id } = job;
  const page = await backend.workflows?.dependencies({
    job: { queueName, id },
    unmet: true,
    limit: 100,
  });
  return page?.dependencies ?? [];
}

function hasFailed({ status }: DependencyRecord): boolean {
  return status === 'failed' || status === 'cancelled' || status === 'removed';
}

function named({ name, id }: DependencyRecord): string {
  return `\`${name}\` (${id})`;
}

function became({ status }: DependencyRecord): string {
  return status === 'failed' ? 'failed' : `was ${status}`;
}
