/**
 * Names what a token may do. Roles are a set; none contains another.
 *
 * - `produce`: enqueues jobs, and reads and cancels those that this token enqueued.
 * - `read`: reads jobs, counts, logs, metrics, schedules and workers.
 * - `work`: leases and ends jobs, and calls what the loop of a worker needs.
 * - `operate`: everything else, such as pausing, removing, retrying and scheduling.
 */
export type Role = 'produce' | 'read' | 'work' | 'operate';

/** Lists all roles. */
export const ROLES: readonly Role[] = ['produce', 'read', 'work', 'operate'];
