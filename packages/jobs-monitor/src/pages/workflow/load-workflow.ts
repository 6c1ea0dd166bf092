import type { IQueue, SerializedError, WorkflowGraph, WorkflowNode } from '@philjs/jobs-core';
import { jobNotFoundError } from '@philjs/jobs-core/backend';
import { hasFailedItself } from '@philjs/jobs-core/internal';
import type { LoadPage, PageSource } from '../page-source.ts';
import { choiceParam, chosenQueue, countParam } from '../params.ts';
import { drawWorkflow } from './draw-workflow.ts';
import { MOST_BOXES } from './drawn-part.ts';
import { ganttRows } from './gantt-rows.ts';
import type { WorkflowData, WorkflowJob, WorkflowRow } from './workflow-data.ts';
import { readingsOf } from './workflow-readings.ts';

/** How many rows a page of the list has. */
const ROWS = 50;
/** How many jobs of the critical path are named at each end of it. */
const NAMED = 6;

/** Reads a workflow by the job that runs last, and lays it out. @throws JobsError `JOBS_NOT_FOUND` */
export const loadWorkflow: LoadPage<WorkflowData> = async (source, params) => {
  const queue = chosenQueue(source.monitor, params);
  const id = params.get('id') ?? '';
  if (id === '') throw jobNotFoundError(id);
  const graph = await readingsOf(source.monitor).read(JSON.stringify([queue.name, id]), () =>
    queue.workflow(id).read(),
  );
  const path = new Set(graph.criticalPath);
  const jobs = graph.nodes.map((node, place) => jobOf(node, path.has(place)));
  const isUnfolded = choiceParam(params, 'fold', ['no']) === 'no';
  const size = choiceParam(params, 'size', ['fit', 'full']);
  const { drawing, isFolded } = drawWorkflow(graph, jobs, isUnfolded);
  const only = { ...given('status', params.get('status')), ...given('name', params.get('name')) };
  const before = countParam(params, 'from');
  const matching = graph.nodes.flatMap((node, place) =>
    (only.status ?? node.status) === node.status && (only.name ?? node.name) === node.name
      ? [place]
      : [],
  );
  const shown = matching.slice(before, before + ROWS);
  const critical = graph.criticalPath.map((place) => jobs[place] as WorkflowJob);
  return {
    queue: queue.name,
    id,
    name: jobs[0]?.name ?? '',
    status: graph.status,
    total: graph.progress.total,
    ended: graph.progress.ended,
    byStatus: graph.progress.byStatus,
    failedItself: graph.nodes.filter(hasFailedItself).length,
    ...timesOf(graph),
    isCut: graph.isCut,
    critical:
      critical.length <= NAMED * 2
        ? critical
        : [...critical.slice(0, NAMED), ...critical.slice(-NAMED)],
    criticalTotal: critical.length,
    drawing,
    gantt: ganttRows(graph, jobs),
    isUnfolded,
    canUnfold: isFolded && jobs.length <= MOST_BOXES,
    ...(size !== undefined && { size }),
    rows: await Promise.all(shown.map((place) => rowOf(source, graph, jobs, place))),
    before,
    matched: matching.length,
    only,
  };
};

function jobOf(
  { queueName: queue, id, name, status, startedAt, finishedAt }: WorkflowNode,
  isCritical: boolean,
): WorkflowJob {
  return {
    ...{ queue, id, name, status },
    ...(isCritical && { isCritical }),
    ...(startedAt !== undefined && { startedAt: startedAt.getTime() }),
    ...(finishedAt !== undefined && { finishedAt: finishedAt.getTime() }),
  };
}

function timesOf({
  startedAt,
  finishedAt,
}: WorkflowGraph): Pick<WorkflowData, 'startedAt' | 'finishedAt'> {
  return {
    ...(startedAt !== undefined && { startedAt: startedAt.getTime() }),
    ...(finishedAt !== undefined && { finishedAt: finishedAt.getTime() }),
  };
}

/** Makes a row; masks in the error the secrets of its job. */
async function rowOf(
  { monitor, redactor }: PageSource,
  { nodes }: WorkflowGraph,
  jobs: readonly WorkflowJob[],
  place: number,
): Promise<WorkflowRow> {
  const job = jobs[place] as WorkflowJob;
  const error = nodes[place]?.error;
  if (error === undefined) return job;
  if (error.code === 'JOBS_DEPENDENCY_FAILED') return { ...job, error: failedFor(error) };
  const queue = monitor.queues.find((one: IQueue) => one.name === job.queue);
  const stored = await queue?.getJob(job.id);
  const text = error.message || error.name;
  const masked = stored === undefined ? redactor.text(text) : redactor.about(stored, text);
  return { ...job, error: (masked.split('\n', 1)[0] ?? '').slice(0, 200) };
}

/** Says for which job one failed. Its message quotes the error of that job, whose secrets are not known here. */
function failedFor({ details }: SerializedError): string {
  const path = details?.['path'];
  return Array.isArray(path) ? `Failed for ${path.join(', ')}` : 'Failed for another job';
}

function given<TName extends 'status' | 'name'>(
  name: TName,
  value: string | undefined,
): { readonly [key in TName]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in TName]?: string };
}
