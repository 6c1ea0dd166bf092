/** Is an item of {@link InFlight}, which stores the item's position in it. */
export interface Placed {
  /** Its position; `-1` while it is in no {@link InFlight}. Only {@link InFlight} writes it. */
  place: number;
}

/**
 * Holds what is under way, in no order. JavaScript's `Map` and `Set` copy themselves again and again when entries
 * come and go as fast as jobs do, and the objects in an outgrown copy stay alive until the next full collection: with
 * 16 jobs at once, a third of all memory that runs leave behind.
 */
export class InFlight<T extends Placed> {
  readonly #items: T[] = [];

  /** The number of items. */
  get size(): number {
    return this.#items.length;
  }

  /** Adds an item that is in no {@link InFlight}. */
  add(item: T): void {
    item.place = this.#items.length;
    this.#items.push(item);
  }

  /** Removes an item; returns whether it was there. */
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

  /** Finds an item by a linear search: for rare events. */
  find(matches: (item: T) => boolean): T | undefined {
    return this.#items.find(matches);
  }

  /** Returns the current items. */
  items(): T[] {
    return [...this.#items];
  }

  /** Removes all items. */
  clear(): void {
    for (const item of this.#items.splice(0)) item.place = -1;
  }
}
