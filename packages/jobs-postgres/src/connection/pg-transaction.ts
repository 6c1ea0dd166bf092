import type { CommitResult, OpenTransaction } from '@philjs/jobs-core/backend';
import type { PgClient } from './pg-types.ts';
import { toJobsError } from './to-jobs-error.ts';
import { TransactionClient } from './transaction-client.ts';

/** Matches SQL states with which a server ends a connection, also one whose commit it had written. */
const UNKNOWN = /^(08|57P|58|XX)/;
const STATE = /^[0-9A-Z]{5}$/;

/** Hears of the loss of a connection in use, of which its statement tells. Unheard, it would end the process. */
const ignoreLoss = (): void => undefined;

/**
 * Begins a transaction on a client taken from a pool, which goes back at its end.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
 */
export async function beginOn(client: PgClient): Promise<OpenTransaction> {
  client.on('error', ignoreLoss);
  const release = (isLost: boolean): void => {
    client.off('error', ignoreLoss);
    client.release(isLost);
  };
  try {
    await client.query('BEGIN');
  } catch (error) {
    release(true);
    throw toJobsError(error);
  }
  const transaction = new TransactionClient(client);
  const end = async (text: string): Promise<unknown> => {
    transaction.end();
    let isLost = true;
    try {
      const answer = await client.query(text);
      isLost = false;
      return answer;
    } finally {
      release(isLost);
    }
  };
  return {
    transaction,
    commit: async (): Promise<CommitResult> => {
      try {
        const { command } = (await end('COMMIT')) as { readonly command?: string };
        // So it is answered after a statement that failed.
        if (command === 'ROLLBACK') return { committed: false, cause: transaction.failure };
        return { committed: true };
      } catch (error) {
        const { code } = error as { readonly code?: unknown };
        const isRefused = typeof code === 'string' && STATE.test(code) && !UNKNOWN.test(code);
        if (isRefused) return { committed: false, cause: error };
        throw toJobsError(error);
      }
    },
    rollback: async () => {
      await end('ROLLBACK').catch((error: unknown) => {
        throw toJobsError(error);
      });
    },
  };
}
