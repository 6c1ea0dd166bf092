/**
 * Returns what all copies of this package in the process share under a name; the first that asks makes it. Two copies
 * are loaded where a project has two versions, and what one of them made may be given to the other.
 */
export function processWide<T extends object>(name: string, make: () => T): T {
  const shared = globalThis as { [key: symbol]: T | undefined };
  const key = Symbol.for(`@philjs/jobs-core ${name}`);
  const known = shared[key] ?? make();
  shared[key] = known;
  return known;
}
