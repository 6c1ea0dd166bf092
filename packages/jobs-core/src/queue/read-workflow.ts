import { takeTurn } from '../clock/turn.ts';
import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { DependencyRecord } from '../contract/workflow-store.ts';
import { notSupported } from '../errors/error-factories.ts';
import { isForDependency } from '../run/is-for-dependency.ts';
import { criticalPathOf } from './critical-path.ts';
import type { WorkflowEdge, WorkflowGraph, WorkflowNode } from './workflow.ts';

/** The number of dependencies read in one call. */
const PAGE = 1000;

interface ReadWorkflow {
  readonly backend: Backend;
  readonly queueName: string;
  /** The job that runs last. */
  readonly record: JobRecord;
  readonly limit: number;
  readonly now: number;
  /** Ends the reading early: the workflow is cut. */
  readonly signal?: AbortSignal | undefined;
}

/** Collects a workflow, from its last job on. */
interface Draft {
  readonly nodes: WorkflowNode[];
  readonly edges: WorkflowEdge[];
  readonly places: Map<string, number>;
  /** The places of the jobs that wait for others, in the order in which these are read. */
  readonly waiting: number[];
  isCut: boolean;
}

/** Reads a job and everything it waits for. @throws JobsError `JOBS_NOT_SUPPORTED` */
export async function readWorkflow(params: ReadWorkflow): Promise<WorkflowGraph> {
  const { backend, queueName, record, now } = params;
  if (backend.workflows === undefined) throw notSupported(backend.name, 'workflows');
  const draft: Draft = { nodes: [], edges: [], places: new Map(), waiting: [], isCut: false };
  place(draft, { ...record, queueName }, now);
  // The list grows as it is read. A store of this process may answer at once.
  for (const next of draft.waiting) await readBefore(params, draft, next);
  const { nodes, edges, isCut } = draft;
  const starts = nodes.flatMap(({ startedAt }) => startedAt?.getTime() ?? []);
  const finishedAt = nodes[0]?.finishedAt;
  return {
    id: record.id,
    status: record.status,
    nodes,
    edges,
    progress: progressOf(nodes),
    criticalPath: criticalPathOf(nodes, edges),
    ...(starts.length > 0 && { startedAt: new Date(starts.reduce((a, b) => Math.min(a, b))) }),
    ...(finishedAt !== undefined && { finishedAt }),
    isCut,
  };
}

/** Reads what a job waits for. */
async function readBefore(
  { backend, limit, now, signal }: ReadWorkflow,
  draft: Draft,
  to: number,
): Promise<void> {
  const { queueName, id } = draft.nodes[to] as WorkflowNode;
  let cursor: string | undefined;
  do {
    if (signal?.aborted) {
      draft.isCut = true;
      return;
    }
    const after = cursor === undefined ? {} : { cursor };
    const read = { job: { queueName, id }, limit: PAGE, withoutResults: true, ...after };
    const page = await backend.workflows?.dependencies(read);
    for (const dependency of page?.dependencies ?? []) {
      const known = draft.places.get(keyOf(dependency));
      if (known === undefined && draft.nodes.length >= limit) {
        draft.isCut = true;
        return;
      }
      draft.edges.push({ from: known ?? place(draft, dependency, now), to });
    }
    cursor = page?.cursor;
    await takeTurn();
  } while (cursor !== undefined);
}

function place(draft: Draft, job: DependencyRecord, now: number): number {
  const at = draft.nodes.push(toNode(job, now)) - 1;
  draft.places.set(keyOf(job), at);
  if (job.dependencies !== undefined && job.status !== 'removed') draft.waiting.push(at);
  return at;
}

/** Names a job; a new one may have the id of one that was removed. */
function keyOf({ queueName, id, status }: DependencyRecord): string {
  return JSON.stringify([queueName, id, status === 'removed']);
}

function toNode(job: DependencyRecord, now: number): WorkflowNode {
  const { queueName, id, name, status, error, isChild, createdAt, processedAt, finishedAt } = job;
  const end = finishedAt ?? (status === 'active' ? now : undefined);
  return {
    ...{ queueName, id, name, status },
    ...(isChild && { isChild }),
    ...(createdAt !== undefined && { createdAt: new Date(createdAt) }),
    ...(processedAt !== undefined && { startedAt: new Date(processedAt) }),
    ...(finishedAt !== undefined && { finishedAt: new Date(finishedAt) }),
    ...(processedAt !== undefined &&
      end !== undefined && { runMs: Math.max(0, end - processedAt) }),
    ...(error !== undefined && status !== 'completed' && { error }),
    ...(status === 'failed' && isForDependency(job, error) && { isDependencyFailure: true }),
  };
}

function progressOf(nodes: readonly WorkflowNode[]): WorkflowGraph['progress'] {
  const byStatus: { [status in WorkflowNode['status']]?: number } = {};
  for (const { status } of nodes) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const ended = nodes.filter(hasEnded).length;
  return { total: nodes.length, ended, byStatus };
}

/** Returns whether a job of a workflow has ended. */
export function hasEnded({ status }: Pick<WorkflowNode, 'status'>): boolean {
  return (
    status === 'completed' || status === 'failed' || status === 'cancelled' || status === 'removed'
  );
}

/** Returns whether a job failed or was cancelled itself, not for a job that it waited for. */
export function hasFailedItself({ status, isDependencyFailure }: WorkflowNode): boolean {
  return (status === 'failed' && isDependencyFailure !== true) || status === 'cancelled';
}
