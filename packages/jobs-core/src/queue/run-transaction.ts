import { invalidArgument } from '../check/argument.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { CommitResult, OpenTransaction } from '../contract/open-transaction.ts';
import { notSupported } from '../errors/error-factories.ts';
import { toError } from '../errors/serialize-error.ts';
import {
  beginsNoneError,
  commitUnknownError,
  notCommittedError,
  transactionExpiredError,
} from '../errors/transaction-errors.ts';
import { internalsOf } from '../run/queue-internals.ts';
import type { IQueue } from './queue-interface.ts';
import type { TransactionWork } from './transaction-work.ts';

/** How long a transaction may keep other writers waiting, in milliseconds: less than the 5 seconds that they wait. */
const MOST_EXCLUSIVE_MS = 4_000;

/**
 * Runs a function within a transaction of the store: commits when it returns, rolls back when it throws.
 *
 * @throws JobsError as `IQueue.transaction`, and what the function throws
 */
export async function runTransaction<TResult>(
  queue: IQueue,
  work: TransactionWork<unknown, TResult>,
): Promise<TResult> {
  if (typeof work !== 'function') {
    throw invalidArgument('work', 'a function `async (tx) => …`', work);
  }
  const { backend } = queue;
  if (!backend.capabilities.transactions) throw notSupported(backend.name, 'transactions');
  if (backend.begin === undefined) throw beginsNoneError(backend.name);
  const open = await backend.begin();
  let result: TResult;
  try {
    result = await worked(open, work, internalsOf(queue).lockDuration);
  } catch (error) {
    // The caller gets the error of its function.
    await open.rollback().catch((failed) => report(queue, failed));
    throw error;
  }
  await commit(open);
  return result;
}

async function worked<TResult>(
  { transaction, isExclusive = false }: OpenTransaction,
  work: TransactionWork<unknown, TResult>,
  lockDuration: number,
): Promise<TResult> {
  if (!isExclusive) return work(transaction);
  const limitMs = Math.min(MOST_EXCLUSIVE_MS, lockDuration / 3);
  let timer: unknown;
  const expired = new Promise<never>((_, reject) => {
    const expire = (): void => reject(transactionExpiredError(limitMs));
    // Uses real time: those that wait for it may be other processes.
    timer = systemClock.setTimeout(expire, limitMs, { background: true });
  });
  try {
    return await Promise.race([work(transaction), expired]);
  } finally {
    systemClock.clearTimeout(timer);
  }
}

async function commit(open: OpenTransaction): Promise<void> {
  let end: CommitResult;
  try {
    end = await open.commit();
  } catch (error) {
    throw commitUnknownError(error);
  }
  if (!end.committed) throw notCommittedError(end.cause);
}

function report(queue: IQueue, thrown: unknown): void {
  const at = new Date(queue.clock.now());
  queue.emit({ type: 'error', queueName: queue.name, at, error: toError(thrown) });
}
