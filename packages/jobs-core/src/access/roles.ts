/** Names what a token of a server of queues may do; see `@philjs/jobs-remote/server`. */
export type Role = 'produce' | 'read' | 'work' | 'operate';

/** Lists all roles. */
export const ROLES: readonly Role[] = ['produce', 'read', 'work', 'operate'];

/** Names what a user of the dashboard may do. */
export type Permission =
  | 'read'
  | 'retry'
  | 'cancel'
  | 'remove'
  | 'enqueue'
  | 'pause'
  | 'schedule'
  | 'workers'
  | 'reveal';

/**
 * Lists the permissions of the dashboard, each with the roles of tokens that have it over all jobs. A token that produces
 * enqueues and cancels as well: what is its own. One that works reads, ends and enqueues what its handlers need.
 */
export const ROLES_OF: { readonly [permission in Permission]: readonly Role[] } = {
  read: ['read', 'operate'],
  retry: ['operate'],
  cancel: ['operate'],
  remove: ['operate'],
  enqueue: ['operate'],
  pause: ['operate'],
  schedule: ['operate'],
  workers: ['operate'],
  reveal: ['operate'],
};

/** Lists the permissions of the dashboard. */
export const PERMISSIONS: readonly Permission[] = Object.keys(ROLES_OF) as Permission[];
