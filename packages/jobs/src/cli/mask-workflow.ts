import type { IQueue, SerializedError, WorkflowGraph, WorkflowNode } from '@philjs/jobs-core';
import type { Redactor } from '@philjs/jobs-monitor';

/** How many jobs are read at once. */
const AT_ONCE = 100;

/** Reads the jobs of a workflow, and masks in each error the secrets of its job. */
export async function maskWorkflow(
  graph: WorkflowGraph,
  queues: readonly IQueue[],
  redactor: Redactor,
): Promise<WorkflowGraph> {
  const nodes: WorkflowNode[] = [];
  for (let start = 0; start < graph.nodes.length; start += AT_ONCE) {
    const some = graph.nodes.slice(start, start + AT_ONCE);
    nodes.push(...(await Promise.all(some.map((node) => maskNode(node, queues, redactor)))));
  }
  return { ...graph, nodes };
}

async function maskNode(
  node: WorkflowNode,
  queues: readonly IQueue[],
  redactor: Redactor,
): Promise<WorkflowNode> {
  const { error, ...rest } = node;
  if (error === undefined) return rest;
  const { name, code } = error;
  const message =
    code === 'JOBS_DEPENDENCY_FAILED'
      ? failedFor(error)
      : await maskMessage(node, error.message, queues, redactor);
  return { ...rest, error: { name, message, ...(code !== undefined && { code }) } };
}

async function maskMessage(
  { queueName, id }: WorkflowNode,
  message: string,
  queues: readonly IQueue[],
  redactor: Redactor,
): Promise<string> {
  const job = await queues.find(({ name }) => name === queueName)?.getJob(id);
  return job === undefined ? redactor.text(message) : redactor.about(job, message);
}

/** Says for which jobs one failed. Its message quotes the error of the first, which is at that job. */
function failedFor({ details }: SerializedError): string {
  const path = details?.['path'];
  return Array.isArray(path) ? `Failed for ${path.join(', ')}` : 'Failed for another job';
}
