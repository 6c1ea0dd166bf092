import { hostname } from 'node:os';

/** Names the process that runs jobs here: its machine and process id, as the list of workers does. */
export const WORKER_NAME: string = `${hostname().slice(0, 100)}:${process.pid}`;
