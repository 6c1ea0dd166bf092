import { randomUUID } from 'node:crypto';
import { queueClosedError } from '@philjs/jobs-core/backend';
import { type RedisEventSource, streamCommand } from '../events/redis-event-source.ts';
import { type MarkerWait, markerCommand } from '../lease/marker-wait.ts';
import { Channels } from '../store/channels.ts';
import { type Client, isCluster } from './client.ts';
import { type ConnectionRole, connect, type Target } from './connect.ts';
import { Link } from './link.ts';
import { type BlockingCommand, type Seat, SharedRead } from './shared-read.ts';
import { sharingKey } from './sharing-key.ts';
import { withoutSecrets } from './unavailable.ts';

/** Receives the errors of a connection. */
export type ConnectionErrorListener = (role: ConnectionRole, error: unknown) => void;

/** Says which connections a queue shares, how long a call may take, and whose they are. */
interface Shareable {
  readonly target: Target;
  readonly timeoutMs: number;
  readonly queueName: string;
}

/** Gives a queue the shared connections, until it releases them; it owns its subscriptions. */
export interface SharedConnections {
  /** The connection for commands. */
  readonly link: Link;
  /** The connection that listens to channels; it is opened with the first subscription. */
  readonly channels: Channels;
  /** The read that waits for the markers of all queues; on a cluster, of one queue, as keys of a read have one slot. */
  readonly markers: () => SharedRead<MarkerWait>;
  /** The read that waits for the events of all queues; on a cluster, of one queue. */
  readonly streams: () => SharedRead<RedisEventSource>;
  /** Releases them; the last queue to do so closes them. */
  release(): void;
}

/** Holds the connections that all queues of this process with one address share. */
interface Shared extends Omit<SharedConnections, 'release'> {
  readonly listeners: Set<ConnectionErrorListener>;
  readonly forget: () => void;
}

const byAddress = new Map<string, Shared>();
const byClient = new WeakMap<object, Map<string, Shared>>();

/** Shares the connections of an address among the queues of this process; the first that uses one opens it. */
export function shareConnections(
  { target, timeoutMs, queueName }: Shareable,
  onError: ConnectionErrorListener,
): SharedConnections {
  let shared: Shared | undefined;
  let isReleased = false;
  const use = (): Shared => {
    if (isReleased) throw queueClosedError(queueName);
    if (shared === undefined) {
      shared = find(target, timeoutMs);
      shared.listeners.add(onError);
    }
    return shared;
  };
  const own: SharedConnections = {
    get link() {
      return use().link;
    },
    get channels() {
      return use().channels;
    },
    markers: () => use().markers(),
    streams: () => use().streams(),
    release: () => {
      isReleased = true;
      shared?.channels.leave(own);
      if (!shared?.listeners.delete(onError) || shared.listeners.size > 0) return;
      shared.forget();
      shared.channels.close();
      shared.link.close();
    },
  };
  return own;
}

function find(target: Target, timeoutMs: number): Shared {
  const [known, address] =
    target.kind === 'client'
      ? [sharedOf(target.client), '']
      : [byAddress, sharingKey(target.options)];
  const key = `${timeoutMs} ${address}`;
  const shared = known.get(key) ?? make(target, timeoutMs, () => known.delete(key));
  known.set(key, shared);
  return shared;
}

function sharedOf(client: Client): Map<string, Shared> {
  const shared = byClient.get(client) ?? new Map<string, Shared>();
  byClient.set(client, shared);
  return shared;
}

function make(target: Target, timeoutMs: number, forget: () => void): Shared {
  const listeners = new Set<ConnectionErrorListener>();
  const open = (role: ConnectionRole): Client => {
    const name = `philjs-jobs:shared:${role}:${randomUUID().slice(0, 8)}`;
    const client = connect(target, role, name);
    client.on('error', (error: unknown) => {
      for (const listener of listeners) listener(role, withoutSecrets(error));
    });
    return client;
  };
  const link = new Link(open('commands'), timeoutMs);
  const channels = new Channels(() => open('subscriber'), timeoutMs);
  const share = <TSeat extends Seat>(
    command: BlockingCommand<TSeat>,
  ): (() => SharedRead<TSeat>) => {
    const makeRead = () =>
      new SharedRead(
        command,
        () => open('blocking'),
        () => link,
      );
    if (isCluster(link.client)) return makeRead;
    const read = makeRead();
    return () => read;
  };
  const markers = share(markerCommand(() => link));
  return { link, channels, markers, streams: share(streamCommand), listeners, forget };
}
