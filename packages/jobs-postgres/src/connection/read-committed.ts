import { invalidArgument } from '@philjs/jobs-core/backend';
import type { PgClient } from './pg-types.ts';

/** Calls back with an error for a new connection that is not to be used. */
export type Verify = (client: PgClient, done: (error?: Error) => void) => void;

const LEVEL = 'read committed';
/**
 * Changes nothing where that is the default already, nor through a pooler, whose connection to the server others use, too:
 * it tells its clients another process than the one that answers.
 */
const SET = `SELECT set_config('default_transaction_isolation', '${LEVEL}', false)
  WHERE current_setting('default_transaction_isolation') <> '${LEVEL}' AND pg_backend_pid() = $1`;

/**
 * Makes the transactions of a new connection read committed. After a function has waited for a lock it must see what was
 * committed meanwhile, or it would let more jobs start than a limit allows.
 */
export const setReadCommitted: Verify = (client, done) => {
  // A client in use also emits the error that its statement rejects with.
  client.on('error', () => undefined);
  client.query(SET, [client.processID]).then(() => done(), done);
};

/**
 * Ensures that transactions are read committed where nothing else is asked for.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkIsolation(level: unknown): void {
  if (level === LEVEL) return;
  throw invalidArgument(
    'postgres',
    `connections whose transactions are ${LEVEL} by default`,
    level,
    `Use a role for which \`ALTER ROLE … SET default_transaction_isolation = '${LEVEL}'\` was run, or leave the pool to the queue, without \`listen: false\` or a pooler.`,
  );
}
