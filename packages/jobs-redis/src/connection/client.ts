import type { Cluster, Redis } from 'ioredis';

/** A connection to one server, or to a cluster of them. */
export type Client = Redis | Cluster;

/** Tells a cluster from a single server. */
export function isCluster(client: Client): client is Cluster {
  return client.isCluster;
}

/** The socket of a client, which ioredis keeps to itself. */
interface WithStream {
  readonly stream?: { destroy(): void } | undefined;
}

/** The clients that were disconnected already: disconnecting ioredis twice would start its timer again. */
const warned = new WeakSet<Client>();

/**
 * Ends a connection at once and for good. ioredis alone would wait up to two seconds for a server that
 * does not close its side, and keep the process alive as long.
 */
export function hangUp(client: Client): void {
  if (warned.has(client)) return;
  warned.add(client);
  const nodes = isCluster(client) ? client.nodes('all') : [client];
  client.disconnect();
  for (const node of nodes) dropSocket(node);
}

/** Destroys the socket of a client, which then reconnects unless it was ended. */
export function dropSocket(client: Redis): void {
  // `stream` is protected in the types of ioredis.
  (client as unknown as WithStream).stream?.destroy();
}
