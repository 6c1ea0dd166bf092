// Plain Node (>= 20): runs before anything is installed.

/**
 * Does some work for each item, for some of them at once, which begin in the order given.
 *
 * @template T
 * @template R
 * @param {readonly T[]} items
 * @param {number} atOnce
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<R[]>} the outcomes, in the order of the items
 */
export async function sideBySide(items, atOnce, work) {
  /** @type {R[]} */
  const outcomes = [];
  const left = items.entries();
  const go = async () => {
    for (const [index, item] of left) outcomes[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, go));
  return outcomes;
}
