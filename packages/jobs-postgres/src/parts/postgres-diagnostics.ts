import type { Diagnosis, Diagnostics, Unplaced } from '@philjs/jobs-core/backend';
import { diagnose } from '@philjs/jobs-core/internal';
import { STEPS } from '../schema/steps.ts';
import { findUnplaced, type PlacedSession } from './find-unplaced.ts';

/** The oldest version that is tested, as the server numbers it. */
const OLDEST = 140_000;
/** How much the clocks of server and process may differ, in milliseconds. */
const MOST_DRIFT_MS = 5_000;
/** The age above which an open transaction counts as blocking cleanup, in seconds. */
const LONG_TRANSACTION_S = 600;

const FACTS = `SELECT current_setting('server_version') AS version,
  current_setting('server_version_num')::int AS number, @.now_ms() AS now,
  current_setting('synchronous_commit') AS sync, current_setting('fsync') AS fsync,
  (SELECT version FROM @.layout) AS layout,
  (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8 FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in%') AS oldest,
  (SELECT coalesce(n_dead_tup, 0)::float8 FROM pg_stat_user_tables WHERE relid = '@.jobs'::regclass) AS dead,
  (SELECT coalesce(n_live_tup, 0)::float8 FROM pg_stat_user_tables WHERE relid = '@.jobs'::regclass) AS live,
  $1::int AS queue`;

/** Examines the server: its version, its clock, the safety of its commits, long transactions. */
export class PostgresDiagnostics implements Diagnostics {
  readonly #open: () => PlacedSession;

  constructor(open: () => PlacedSession) {
    this.#open = open;
  }

  /** Runs all checks. */
  async examine(): Promise<Diagnosis[]> {
    const [facts = {}] = await this.#open().store.query(FACTS);
    const drift = Math.abs(Number(facts['now']) - Date.now());
    const oldest = Number(facts['oldest']);
    const durable = facts['fsync'] === 'on' && facts['sync'] !== 'off';
    return [
      diagnose(
        'version',
        Number(facts['number']) >= OLDEST,
        String(facts['version']),
        'Use PostgreSQL 14 or newer.',
      ),
      diagnose(
        'tables',
        Number(facts['layout']) === STEPS.length,
        `version ${facts['layout']}`,
        'Run `philjs-jobs migrate`.',
      ),
      diagnose(
        'clock',
        drift < MOST_DRIFT_MS,
        `${Math.round(drift)} ms apart`,
        'Have both machines set their clocks by NTP.',
      ),
      diagnose(
        'durability',
        durable,
        `fsync ${facts['fsync']}, synchronous_commit ${facts['sync']}`,
        'A crash of the server may lose what was accepted. Set both to `on`.',
      ),
      diagnose(
        'long transactions',
        oldest < LONG_TRANSACTION_S,
        `the oldest that idles is ${Math.round(oldest)} s old`,
        'End it: while it is open, nothing that was removed can be cleaned up.',
      ),
      diagnose('rows', true, `${facts['live']} live, ${facts['dead']} dead`),
    ];
  }

  /** Looks at some blocked jobs, and mends those that wait for what is not there. */
  findUnplaced(params: { readonly cursor?: string }): Promise<Unplaced> {
    return findUnplaced(this.#open(), params);
  }
}
