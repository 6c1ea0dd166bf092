import type { PostgresContender } from './postgres-contender.ts';

/** Names the contenders that run jobs on PostgreSQL. */
export type PostgresContenderName = 'philjs' | 'pg-boss' | 'pg-boss, batches' | 'graphile-worker';

/** Loads one contender, and no code of the others. */
export async function loadContender(name: PostgresContenderName): Promise<PostgresContender> {
  switch (name) {
    case 'philjs':
      return (await import('./jobs-postgres.ts')).jobsPostgres;
    case 'pg-boss':
      return (await import('./pg-boss.ts')).pgBossEach;
    case 'pg-boss, batches':
      return (await import('./pg-boss.ts')).pgBossBatch;
    case 'graphile-worker':
      return (await import('./graphile-worker.ts')).graphileWorker;
  }
}
