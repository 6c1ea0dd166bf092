import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type IQueue, JobsError } from '@philjs/jobs-core';
import { checkInteger } from '@philjs/jobs-core/internal';

/**
 * Answers health probes: alive as long as the process runs, ready while the store answers.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when there is no such port, or another program has it
 */
export async function startProbe(port: number, queues: readonly IQueue[]): Promise<Server> {
  checkInteger('--probe-port', port, { min: 0, max: 65_535 });
  const server = createServer(async (request, response) => {
    const answer = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
    };
    if (request.url === '/healthz') return answer(200, 'ok');
    if (request.url !== '/readyz') return answer(404, 'not found');
    const checks = await Promise.allSettled(queues.map((queue) => queue.getStats()));
    const ready = checks.every(({ status }) => status === 'fulfilled');
    return ready ? answer(200, 'ok') : answer(503, 'the store does not answer');
  });
  server.listen(port);
  await once(server, 'listening').catch((cause: Error) => {
    const message = `Cannot listen on --probe-port ${port}: ${cause.message}`;
    throw new JobsError('JOBS_INVALID_ARGUMENT', message, { cause });
  });
  return server;
}
