/**
 * Is the function that `queue.transaction` runs. `tx` has the type that the queue's package knows. Code that knows the store
 * better may say so: `async (tx: DatabaseSync) => …`.
 *
 * @typeParam TTransaction - what the function gets
 * @typeParam TResult - what it returns
 */
// As the type of a method it takes a narrower parameter, too.
export type TransactionWork<TTransaction, TResult> = {
  work(tx: TTransaction): TResult | Promise<TResult>;
}['work'];
