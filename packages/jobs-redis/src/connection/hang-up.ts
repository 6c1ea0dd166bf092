import type { Redis } from 'ioredis';
import type { Client } from './connect.ts';

/** The socket of a client, which ioredis keeps to itself. */
interface WithStream {
  readonly stream?: { destroy(): void } | undefined;
}

/** The clients that were disconnected already: disconnecting ioredis twice would start its timer again. */
const told = new WeakSet<Client>();

/**
 * Ends a connection at once and for good. ioredis alone would wait up to two seconds for a server that
 * does not close its side, and keep the process alive as long.
 */
export function hangUp(client: Client): void {
  if (told.has(client)) return;
  told.add(client);
  const nodes: readonly Redis[] = client.isCluster
    ? (client as Extract<Client, { nodes: unknown }>).nodes('all')
    : [client as Redis];
  client.disconnect();
  for (const node of nodes) dropSocket(node);
}

/** Destroys the socket of a client, which then reconnects unless it was ended. */
export function dropSocket(client: Redis): void {
  (client as unknown as WithStream).stream?.destroy();
}
