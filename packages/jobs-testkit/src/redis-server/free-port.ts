import { createServer } from 'node:net';
import { threadId } from 'node:worker_threads';

/**
 * The ports from here on, and those of clusters 10,000 above, are below the ones that systems give to a program that
 * asks for any: a port stays free while its server is away.
 */
const FIRST_PORT = 11_000;
const PORTS_EACH = 20;
const SHARES = 500;
/** Keeps the shares of processes, and of threads, with neighbouring numbers far apart: one may need more ports than its share. */
const SPREAD = { processes: 239, threads: 393 } as const;

const share = (process.pid * SPREAD.processes + threadId * SPREAD.threads) % SHARES;
/** The first port of this process's share: others that look for a port at the same time look elsewhere. */
const ownFirst = FIRST_PORT + share * PORTS_EACH;
let given = 0;

/** Finds a port of this machine without a listener. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < PORTS_EACH * SHARES; attempt++) {
    const offset = ownFirst - FIRST_PORT + given++;
    const port = FIRST_PORT + (offset % (PORTS_EACH * SHARES));
    if (await isFree(port)) return port;
  }
  throw new Error(`All ports from ${FIRST_PORT} on are taken`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
