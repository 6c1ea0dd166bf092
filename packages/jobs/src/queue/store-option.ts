import type { IQueue } from '@philjs/jobs-core';
import { type StoreOptions, sqlitePath } from './choose-backend.ts';

/** Names an option that says where jobs are. */
type StoreOption = 'redis' | 'postgres' | 'path';

/** Known to every copy of this package: the command line may use another one than the configuration. */
const OPTION: unique symbol = Symbol.for(
  '@philjs/jobs: the option that says where jobs are',
) as never;

/**
 * Notes on queues which option says where their jobs are, if it is an address that is not from the environment. An
 * object, such as a client, may well be made of that, so it is not noted.
 */
export function noteStoreOption(queues: readonly IQueue[], options: StoreOptions): void {
  const { REDIS_URL, DATABASE_URL = '' } = process.env;
  const known = [REDIS_URL, DATABASE_URL, sqlitePath(DATABASE_URL)];
  const option = (['redis', 'postgres', 'path'] as const).find(
    (name) => typeof options[name] === 'string' && !known.includes(options[name]),
  );
  if (option === undefined) return;
  for (const queue of queues) Object.defineProperty(queue, OPTION, { value: option });
}

/** Returns the option that says where the jobs of a queue are, whatever the environment says. */
export function storeOptionOf(queue: IQueue): StoreOption | undefined {
  return (queue as { readonly [OPTION]?: StoreOption })[OPTION];
}
