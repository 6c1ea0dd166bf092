import { ROLES_OF } from '@philjs/jobs-core/internal';
import type { Role } from './role.ts';

/** Describes one call of the protocol: a method of the backend contract, under the path of its queue. */
export interface Operation {
  /** The optional part of the backend that has the method; absent for the backend's own. */
  readonly part?: string;
  /** The name of the method. */
  readonly method: string;
  /** The roles that may call it: one of them is enough. */
  readonly roles: readonly Role[];
}

const ANY: readonly Role[] = ['produce', 'read', 'work', 'operate'];
const { read: READ, retry: RETRY, remove: REMOVE, pause: PAUSE, schedule: SCHEDULE } = ROLES_OF;
const WORK: readonly Role[] = ['work'];
const OPERATE: readonly Role[] = ['operate'];

/** Lists the roles that may call each method, by the part that has it; `''` stands for the backend itself. */
const ROLES: Readonly<Record<string, Readonly<Record<string, readonly Role[]>>>> = {
  '': {
    add: ['produce', 'work', ...ROLES_OF.enqueue],
    get: ANY,
    list: READ,
    counts: READ,
    remove: REMOVE,
    retry: RETRY,
    promote: RETRY,
    cancel: ['produce', ...ROLES_OF.cancel],
    clear: REMOVE,
    setPaused: PAUSE,
    isPaused: READ,
    setProgress: WORK,
  },
  limiter: { take: WORK, giveBack: WORK },
  limits: {
    publish: WORK,
    set: OPERATE,
    read: ['read', 'work', 'operate'],
    setPaused: PAUSE,
    holdBack: WORK,
    barriers: READ,
  },
  orders: { adopt: ['produce', 'work', 'operate'], set: OPERATE, read: ANY, place: READ },
  workflows: {
    add: ['produce', 'work', ...ROLES_OF.enqueue],
    addChildren: WORK,
    dependencies: ['read', 'work', 'operate'],
  },
  schedules: {
    put: SCHEDULE,
    putAll: SCHEDULE,
    get: READ,
    list: READ,
    remove: SCHEDULE,
    due: SCHEDULE,
    fire: SCHEDULE,
    liveRuns: READ,
    record: SCHEDULE,
    history: READ,
  },
  keys: { find: READ, free: OPERATE },
  metrics: { record: ['work', 'operate'], read: READ, clear: OPERATE },
  logs: { append: WORK, read: READ },
  steps: { read: ANY, write: WORK, signal: ['produce', 'work', 'operate'], clear: OPERATE },
  workers: { list: READ, ask: ROLES_OF.workers },
  updates: { update: ROLES_OF.enqueue },
  diagnostics: { examine: READ },
  leases: { exchange: WORK, extend: WORK, wait: WORK, leave: WORK },
};

/** The roles that may read the events of a queue. */
export const EVENT_ROLES: readonly Role[] = READ;

/** Lists all calls by their paths below that of their queue, such as `limits/read`. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries(ROLES).flatMap(([part, methods]) =>
    Object.entries(methods).map(([method, roles]): [string, Operation] => [
      part === '' ? method : `${part}/${method}`,
      { ...(part !== '' && { part }), method, roles },
    ]),
  ),
);
