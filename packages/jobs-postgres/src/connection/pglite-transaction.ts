import type { CommitResult, OpenTransaction } from '@philjs/jobs-core/backend';
import type { Queryable } from './connection.ts';
import type { PgLite } from './pg-types.ts';
import { toJobsError } from './to-jobs-error.ts';
import { TransactionClient } from './transaction-client.ts';

/** Makes PGlite roll back. */
const UNDONE = new Error('rolled back');

/**
 * Begins a transaction of PGlite, once the one under way has ended: it has one connection.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
 */
export function beginOnPgLite(database: PgLite): Promise<OpenTransaction> {
  return new Promise((resolve, reject) => {
    const ended = database.transaction(
      (tx) =>
        new Promise<void>((commit, undo) => {
          resolve(toOpen(tx, { commit, undo, ended: () => ended }));
        }),
    );
    // Once it is begun, `commit` and `rollback` look how it ended.
    ended.catch((error: unknown) => reject(toJobsError(error)));
  });
}

interface Ending {
  commit(): void;
  undo(why: Error): void;
  ended(): Promise<unknown>;
}

function toOpen(tx: Queryable, { commit, undo, ended }: Ending): OpenTransaction {
  const transaction = new TransactionClient(tx);
  return {
    transaction,
    isExclusive: true,
    commit: async (): Promise<CommitResult> => {
      transaction.end();
      try {
        // After a statement that failed, PGlite would commit nothing, and not say so.
        await tx.query('SELECT 1');
      } catch (error) {
        undo(UNDONE);
        await ended().catch(() => undefined);
        return { committed: false, cause: transaction.failure ?? error };
      }
      commit();
      // In this process there is no commit without an answer.
      return ended().then(
        () => ({ committed: true }),
        (cause: unknown) => ({ committed: false, cause }),
      );
    },
    rollback: async () => {
      transaction.end();
      undo(UNDONE);
      await ended().catch((error: unknown) => {
        if (error !== UNDONE) throw toJobsError(error);
      });
    },
  };
}
