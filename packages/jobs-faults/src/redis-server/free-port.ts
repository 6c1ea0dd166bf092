import { createServer, type Server } from 'node:net';
import { threadId } from 'node:worker_threads';

/**
 * The ports from here on, and those of clusters 10,000 above, are below the ones that systems give to a program that
 * asks for any: a port stays free while its server is away.
 */
const FIRST_PORT = 11_000;
const PORTS_EACH = 20;
const SHARES = 500;
/** A process listens on one of the ports from here on for each share it has: no two have the same, as long as both live. */
const FIRST_MARK = FIRST_PORT - SHARES;
/** Lets processes, and threads, with neighbouring numbers begin to look far apart: few meet a share that is taken. */
const SPREAD = { processes: 239, threads: 393 } as const;

let nextShare = (process.pid * SPREAD.processes + threadId * SPREAD.threads) % SHARES;
let own: number[] = [];
let previous: Promise<unknown> = Promise.resolve();

/**
 * Finds a port of this machine without a listener. No other process that looks for one so finds it while this one
 * lives: neither before the server listens that it is for, nor while that is down.
 */
export function freePort(): Promise<number> {
  const port = previous.then(find);
  previous = port.catch(() => undefined);
  return port;
}

async function find(): Promise<number> {
  for (;;) {
    const port = own.shift();
    if (port === undefined) own = await takeShare();
    else if (await isFree(port)) return port;
  }
}

async function takeShare(): Promise<number[]> {
  for (let tried = 0; tried < SHARES; tried++) {
    const share = nextShare++ % SHARES;
    const mark = await listenOn(FIRST_MARK + share);
    if (mark === undefined) continue;
    // Until the process ends, which it does not put off.
    mark.unref();
    return Array.from({ length: PORTS_EACH }, (_, n) => FIRST_PORT + share * PORTS_EACH + n);
  }
  throw new Error(`All ports from ${FIRST_PORT} on are taken`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = await listenOn(port);
  if (probe === undefined) return false;
  await new Promise((resolve) => probe.close(resolve));
  return true;
}

/** Resolves with nothing when something listens there already. */
function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
