/**
 * Exports what the tests, benchmarks and scripts of this workspace start and make fail: servers, connections, disks and
 * processes.
 *
 * @packageDocumentation
 */

export {
  createFaultProxy,
  type FaultProxy,
  type FaultProxyOptions,
} from './fault-proxy/fault-proxy.ts';
export type { InterceptedAnswer, Interception } from './fault-proxy/interception.ts';
export { PostgresServer, type PostgresServerOptions } from './postgres-server/postgres-server.ts';
export { freePort } from './redis-server/free-port.ts';
export { RedisServer, type RedisServerOptions } from './redis-server/redis-server.ts';
export { SmallDisk } from './small-disk/small-disk.ts';
export { WorkerProcesses } from './worker-processes/worker-processes.ts';
