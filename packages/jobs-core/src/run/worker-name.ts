import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Names the process that runs jobs here: its machine and process id, as the list of workers does. */
export const WORKER_NAME: string = `${hostname().slice(0, 100)}:${process.pid}`;

/** Makes the id of a worker of this process, in which its name can be read. */
export function newWorkerId(): string {
  return `${WORKER_NAME}:${randomBytes(6).toString('hex')}`;
}
