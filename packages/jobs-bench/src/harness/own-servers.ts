import { PostgresServer } from '@philjs/jobs-testkit';
import type { Benchmark, Surroundings } from '../benchmark/benchmark.ts';
import { startRedis } from './redis-server.ts';

/** Controls the servers of a run. */
export interface OwnServers {
  readonly surroundings: Surroundings;
  /** Stops them and removes their data. */
  stop(): Promise<void>;
}

/** Starts the servers that benchmarks need. */
export async function startServers(
  benchmarks: readonly Pick<Benchmark, 'needsRedis' | 'needsPostgres'>[],
): Promise<OwnServers> {
  const redis = benchmarks.some(({ needsRedis }) => needsRedis) ? await startRedis() : undefined;
  const postgres = benchmarks.some(({ needsPostgres }) => needsPostgres)
    ? await PostgresServer.start({ config: { max_connections: '100' } })
    : undefined;
  return {
    surroundings: { redisPort: redis?.port ?? 0, postgresUrl: postgres?.url ?? '' },
    stop: async () => {
      await Promise.all([redis?.stop(), postgres?.stop()]);
    },
  };
}
