import type { Connection, Row } from '../connection/connection.ts';
import { MIGRATIONS_LOCK } from './migrations.ts';

/** How much of a statement is told, in characters. */
const MOST_TOLD = 200;

/** Names a process of the server that a migration waits for. */
export interface MigrationWait {
  /** The number of the process, for `pg_terminate_backend`; 0 is a prepared transaction. */
  readonly pid: number;
  /** Its `application_name`. It is left out where it has none or the role may not see it. */
  readonly application?: string;
  /** When its transaction, or else its last statement, began, in epoch milliseconds. It is left out where the role may not see it. */
  readonly sinceAt?: number;
  /** Its last statement, up to the first text in it, which may be a secret, and 200 characters at most. */
  readonly query?: string;
  /** All of this: `process 71 (application reports, since 2026-01-31T09:00:00.000Z): SELECT …`. */
  readonly text: string;
}

/** Asks for whom those wait that run a migration: they hold its lock, or wait for it. */
const WAITS = `SELECT b.pid, a.application_name AS application, a.query,
    (extract(epoch FROM coalesce(a.xact_start, a.query_start)) * 1000)::float8 AS since
  FROM (SELECT DISTINCT unnest(pg_blocking_pids(l.pid)) AS pid FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.classid::bigint << 32 | l.objid::bigint) = ${MIGRATIONS_LOCK}) b
  LEFT JOIN pg_stat_activity a ON a.pid = b.pid ORDER BY b.pid`;

/** Returns the processes that migrations of the database wait for at present. */
export async function migrationWaits(connection: Connection): Promise<MigrationWait[]> {
  return (await connection.work(WAITS)).map(toWait);
}

function toWait(row: Row): MigrationWait {
  const application = String(row['application'] ?? '');
  const since = row['since'];
  const query = beginning(String(row['query'] ?? ''));
  const told = {
    ...(application !== '' && { application }),
    ...(typeof since === 'number' && { sinceAt: Math.round(since) }),
    ...(query !== '' && { query }),
  };
  const about = [
    ...(application === '' ? [] : [`application ${application}`]),
    ...(typeof since === 'number' ? [`since ${new Date(since).toISOString()}`] : []),
  ];
  const who = about.length === 0 ? '' : ` (${about.join(', ')})`;
  const text = `process ${row['pid']}${who}${query === '' ? '' : `: ${query}`}`;
  return { pid: Number(row['pid']), ...told, text };
}

function beginning(query: string): string {
  const plain = query.replaceAll(/\s+/g, ' ').trim();
  const end = plain.search(/'|\$\D/);
  const told = plain.slice(0, end === -1 ? MOST_TOLD : Math.min(end, MOST_TOLD));
  return told.length < plain.length ? `${told}…` : told;
}
