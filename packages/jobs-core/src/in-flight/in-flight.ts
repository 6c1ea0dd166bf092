/** What {@link InFlight} holds remembers where it stands there. */
export interface Placed {
  /** Its place; `-1` while it stands nowhere. Only {@link InFlight} writes it. */
  place: number;
}

/**
 * Holds what is under way, in no order. The engine's `Map` and `Set` copy themselves again and again
 * where things come and go as fast as jobs do, and what an outgrown copy held stays alive until the
 * next full collection: with 16 jobs at once, a third of all that runs left behind.
 */
export class InFlight<T extends Placed> {
  readonly #items: T[] = [];

  /** How many there are. */
  get size(): number {
    return this.#items.length;
  }

  /** Adds an item, which must not be in any. */
  add(item: T): void {
    item.place = this.#items.length;
    this.#items.push(item);
  }

  /** Takes an item out; answers whether it was there. */
  delete(item: T): boolean {
    const { place } = item;
    if (this.#items[place] !== item) return false;
    const last = this.#items.pop() as T;
    if (last !== item) {
      last.place = place;
      this.#items[place] = last;
    }
    item.place = -1;
    return true;
  }

  /** Finds an item by looking at one after the other: for what happens rarely. */
  find(matches: (item: T) => boolean): T | undefined {
    return this.#items.find(matches);
  }

  /** Returns those that are there now. */
  items(): T[] {
    return [...this.#items];
  }

  /** Takes all out. */
  clear(): void {
    for (const item of this.#items.splice(0)) item.place = -1;
  }
}
