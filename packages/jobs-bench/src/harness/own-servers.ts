import { PostgresServer, RedisServer } from '@philjs/jobs-faults';
import type { Benchmark, Surroundings } from '../benchmark/benchmark.ts';

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
  const redis = benchmarks.some((each) => each.needsRedis) ? await RedisServer.start() : undefined;
  const postgres = benchmarks.some((each) => each.needsPostgres)
    ? await PostgresServer.start({ config: { max_connections: '100' } })
    : undefined;
  return {
    surroundings: { redisPort: redis?.port ?? 0, postgresUrl: postgres?.url ?? '' },
    stop: async () => {
      await Promise.all([redis?.stop(), postgres?.stop()]);
    },
  };
}
