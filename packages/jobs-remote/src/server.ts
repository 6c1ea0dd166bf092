/**
 * PhilJS Jobs over HTTP, the server: queues of any backend for producers and workers elsewhere.
 *
 * @packageDocumentation
 */

export type { Role } from './protocol/role.ts';
export type { RemoteToken } from './server/access.ts';
export { createRemote, type Remote, type RemoteOptions } from './server/create-remote.ts';
export type { RemoteLimits } from './server/remote-limits.ts';
