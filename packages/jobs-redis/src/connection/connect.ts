import { type Cluster, Redis, type RedisOptions } from 'ioredis';
import { type Client, dropSocket, isCluster } from './client.ts';

/** Names the purpose of a connection. It decides what happens to its commands when the server is away. */
export type ConnectionRole = 'commands' | 'blocking' | 'subscriber';

/** Where to connect to, as read from the options or the environment. */
export type Target =
  | { readonly kind: 'server'; readonly options: RedisOptions }
  | { readonly kind: 'client'; readonly client: Client };

const MAX_RECONNECT_DELAY_MS = 1000;
const CONNECT_TIMEOUT_MS = 3000;
/** How often a cluster is asked which node has which keys. */
const SLOTS_EVERY_MS = 3000;
/** How long ioredis keeps a connection (and the process) alive that the server does not close. */
const DISCONNECT_TIMEOUT_MS = 50;

/** How commands are sent and their answers read: other options of a caller's would break what reads them. */
const FORM = {
  autoResendUnfulfilledCommands: false,
  // Link waits and sends a command again. MarkerWait and the event source send their blocking reads again.
  maxRetriesPerRequest: 0,
  enableAutoPipelining: false,
  stringNumbers: false,
  replyMapping: 'legacy',
} as const satisfies RedisOptions;

type Patience = Pick<RedisOptions, 'commandTimeout' | 'socketTimeout' | 'maxRetriesPerRequest'>;

/** Lets a connection wait for long for an answer, or for a message, unless it is for commands. `Channels` limits the first. */
function patience(role: ConnectionRole): Patience {
  if (role === 'commands') return {};
  const patient = { commandTimeout: undefined, socketTimeout: undefined };
  return role === 'blocking' ? patient : { ...patient, maxRetriesPerRequest: null };
}

/** Waits a little longer after each failed attempt, and never gives up. */
function reconnectDelay(times: number): number {
  return Math.min(50 * 2 ** Math.min(times, 8), MAX_RECONNECT_DELAY_MS);
}

/** Opens a connection of our own; it is connecting when this returns. */
export function connect(target: Target, role: ConnectionRole, name: string): Client {
  const client = open(target, role, name);
  watchHandshake(client);
  return client;
}

function open(target: Target, role: ConnectionRole, name: string): Client {
  const options = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    ...(target.kind === 'server' ? target.options : {}),
    connectionName: name,
    lazyConnect: false,
    retryStrategy: reconnectDelay,
    ...FORM,
    ...patience(role),
    enableOfflineQueue: role === 'subscriber',
    enableReadyCheck: true,
    autoResubscribe: true,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
  } satisfies RedisOptions;
  if (target.kind === 'server') return new Redis(options);
  const { client } = target;
  return isCluster(client) ? duplicateCluster(client, role, name) : client.duplicate(options);
}

/** The same for a cluster, which takes most options for its nodes. */
function duplicateCluster(cluster: Cluster, role: ConnectionRole, connectionName: string): Cluster {
  return cluster.duplicate(undefined, {
    redisOptions: {
      ...cluster.options.redisOptions,
      connectionName,
      connectTimeout: CONNECT_TIMEOUT_MS,
      ...FORM,
      ...patience(role),
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    },
    lazyConnect: false,
    enableAutoPipelining: false,
    // While a slot moves a command soon comes back to Link, which knows until when to ask again, and drops no connection for it.
    maxRedirections: 5,
    retryDelayOnTryAgain: 50,
    // What is read decides what is written: a replica may be behind.
    scaleReads: 'master',
    clusterRetryStrategy: reconnectDelay,
    // A frozen master sends no message that it was replaced: asking for the slots finds the new one.
    slotsRefreshInterval: SLOTS_EVERY_MS,
    enableOfflineQueue: role === 'subscriber',
    enableReadyCheck: true,
  });
}

/**
 * Replaces connections whose server accepts them and then does not answer: ioredis has a time limit for
 * connecting only, and would wait for the answer for ever.
 */
function watchHandshake(client: Client): void {
  for (const node of isCluster(client) ? client.nodes('all') : [client]) watchNode(node);
  if (isCluster(client)) client.on('+node', watchNode);
}

function watchNode(client: Redis): void {
  // ioredis sends it before a command to a node that a slot moves to, and leaves its rejection to end the process.
  const asking = client.asking.bind(client);
  client.asking = () => asking().catch(() => 'OK');
  let timer: NodeJS.Timeout | undefined;
  client.on('connect', () => {
    clearTimeout(timer);
    timer = setTimeout(() => dropSocket(client), CONNECT_TIMEOUT_MS);
  });
  for (const event of ['ready', 'close', 'end']) client.on(event, () => clearTimeout(timer));
}
