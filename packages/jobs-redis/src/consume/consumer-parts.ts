import type { ConsumeParams, Logger } from '@philjs/jobs-core';
import type { Client, ConnectionRole } from '../connection/connect.ts';
import type { Channels } from '../store/channels.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** What a consumer needs of its backend. */
export interface ConsumerParts {
  readonly queueName: string;
  readonly prefix: string;
  readonly store: QueueStore;
  readonly params: ConsumeParams;
  readonly logger: Logger;
  readonly channels: Channels;
  /** The time by the server's clock. */
  readonly serverNow: () => number;
  /** Opens a connection of this consumer's own. */
  readonly open: (role: ConnectionRole) => Client;
}
