import { type IQueue, Queue } from '@philjs/jobs-core';
import { chooseBackend, sqlitePath } from '../queue/choose-backend.ts';
import { storeOptionOf } from '../queue/store-option.ts';
import type { AddressFlags } from './set-addresses.ts';

/** Says which flag would have no effect on a queue, since the configuration itself says where its jobs are. */
export function ignoredAddress(flags: AddressFlags, queues: readonly IQueue[]): string | undefined {
  const flag = (['redis', 'database', 'remote'] as const).find((name) => flags[name]);
  if (flag === undefined) return undefined;
  const databaseKind = sqlitePath(flags.database ?? '') === undefined ? 'postgres' : 'sqlite';
  const kind = flag === 'database' ? databaseKind : flag;
  for (const queue of queues) {
    const how = howElsewhere(queue, kind);
    if (how === undefined) continue;
    return `--${flag} has no effect on queue \`${queue.name}\`, as the configuration ${how}. Make it there by \`createQueue\` of @philjs/jobs, without an option that says where jobs are.`;
  }
  return undefined;
}

function howElsewhere(queue: IQueue, kind: string): string | undefined {
  const option = storeOptionOf(queue);
  if (option !== undefined) return `gives its \`${option}\``;
  if (queue.backend.name !== kind) return `keeps it in ${queue.backend.name}`;
  // Its address may be made of that of the flag, with another database on the same server.
  const [own, flagged] = [serverOf(queue), serverOf(queueOfEnvironment())];
  const isElsewhere = own !== undefined && flagged !== undefined && own !== flagged;
  return isElsewhere ? 'keeps it at another address' : undefined;
}

/** Makes a queue in the store that the environment names, where the flags stand; it is never opened. */
function queueOfEnvironment(): IQueue {
  return new Queue({ name: 'default', backend: chooseBackend({}).backend });
}

/** Returns the file of a queue in SQLite, the address of its server, the host and port of another; `undefined` where they are not known. */
function serverOf({ backend: { name, storeId } }: IQueue): string | undefined {
  if (typeof storeId !== 'string') return undefined;
  return name === 'sqlite' || name === 'remote' ? storeId : storeId.split('/')[0] || undefined;
}
