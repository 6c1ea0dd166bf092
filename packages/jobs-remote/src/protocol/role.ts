/**
 * Names what a token may do. Roles are a set; none contains another. The permissions of the dashboard that each has are a
 * table in core.
 *
 * - `produce`: enqueues jobs, and reads, waits for, signals and cancels those that this token enqueued.
 * - `read`: reads jobs, counts, logs, metrics, schedules and workers, masked as on the dashboard.
 * - `work`: leases and ends jobs, and calls what the loop of a worker needs.
 * - `operate`: everything else, such as pausing, removing, retrying and scheduling.
 */
export { ROLES, type Role } from '@philjs/jobs-core/internal';
