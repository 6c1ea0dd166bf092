import type { Workflow } from '@philjs/jobs-core';

/** Prints the jobs of a workflow, the last one first, with their states. */
export async function printWorkflow(title: string, workflow: Workflow): Promise<void> {
  const { nodes, progress } = await workflow.read();
  console.log(`${title}: ${progress.ended} of ${progress.total} have ended`);
  for (const { name, status, error } of nodes) {
    console.log(
      `  ${name} ${status}${error === undefined ? '' : ` (${error.code ?? error.message})`}`,
    );
  }
}
