import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const SERVE = fileURLToPath(new URL('node_modules/.bin/philjs-jobs', import.meta.url));

/** The secrets of the programs. Yours come from where you keep secrets. */
export const secrets = {
  producer: `producer-${crypto.randomUUID()}`,
  worker: `worker-${crypto.randomUUID()}`,
  operator: `operator-${crypto.randomUUID()}`,
} as const;

const tokens = [
  { name: 'producer', secret: secrets.producer, roles: ['produce'] },
  { name: 'worker', secret: secrets.worker, roles: ['work'], jobs: ['count-words'] },
  { name: 'operator', secret: secrets.operator, roles: ['operate'] },
];

/** Is a job server in a process of its own. */
export interface JobServer {
  readonly url: string;
  readonly process: ChildProcess;
}

/** Starts `philjs-jobs serve` over a SQLite file in a folder. */
export async function startServer(folder: string, port = 0): Promise<JobServer> {
  const args = ['--json', 'serve', '--queues', 'words', '--host', '127.0.0.1'];
  const server = spawn(SERVE, [...args, '--port', String(port)], {
    cwd: folder,
    env: { ...process.env, PHILJS_JOBS_TOKENS: JSON.stringify(tokens) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(server.stdout as Readable), 'line')) as [string];
  return { url: JSON.parse(line).url, process: server };
}
