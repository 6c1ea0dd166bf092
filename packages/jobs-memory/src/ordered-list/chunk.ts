import { isBefore, type Ranked } from './ranked.ts';

/** The capacity of a chunk: small enough that moving items costs less than finding them. */
const PLACES = 512;

/** Holds a run of sorted items of an ordered list. Taking the first one moves no other. */
export class Chunk<T extends Ranked> {
  /** The items, from `head` on; the positions ahead of it are empty. */
  #items: (T | undefined)[];
  #head = 0;

  constructor(items: T[] = []) {
    this.#items = items;
  }

  /** How many items there are. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Whether there is no room behind the last item. */
  get isFull(): boolean {
    return this.#items.length >= PLACES;
  }

  /** Whether another chunk's items should be moved into this one. */
  get isThin(): boolean {
    return this.length < PLACES / 4;
  }

  /** The first item. */
  get first(): T | undefined {
    return this.#items[this.#head];
  }

  /** The last item. */
  get last(): T | undefined {
    return this.#items[this.#items.length - 1];
  }

  /** Returns the item at a position, counted from the first. */
  at(position: number): T | undefined {
    return this.#items[this.#head + position];
  }

  /** Adds an item that sorts after all others. There must be room. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the first item out. */
  shift(): T | undefined {
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    return item;
  }

  /** Finds the position of the first item that is not before a key. */
  positionOf(key: Ranked): number {
    const items = this.#items;
    let low = this.#head;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(items[middle] as T, key)) low = middle + 1;
      else high = middle;
    }
    return low - this.#head;
  }

  /** Adds an item at its position; returns false when there is no room left. */
  insert(position: number, item: T): boolean {
    const items = this.#items;
    if (this.#head > 0) {
      this.#head -= 1;
      const at = this.#head + position;
      for (let i = this.#head; i < at; i++) items[i] = items[i + 1];
      items[at] = item;
      return true;
    }
    if (this.isFull) return false;
    items.push(item);
    for (let i = items.length - 1; i > position; i--) items[i] = items[i - 1];
    items[position] = item;
    return true;
  }

  /** Removes the item at a position, moving the items on its shorter side. */
  delete(position: number): void {
    const items = this.#items;
    const at = this.#head + position;
    if (position < this.length / 2) {
      for (let i = at; i > this.#head; i--) items[i] = items[i - 1];
      items[this.#head] = undefined;
      this.#head += 1;
      return;
    }
    for (let i = at; i < items.length - 1; i++) items[i] = items[i + 1];
    items.pop();
  }

  /** Cuts off the upper half and returns it. */
  splitOff(): Chunk<T> {
    return new Chunk(this.#items.splice(this.#head + (this.length >>> 1)) as T[]);
  }

  /** Takes over the items of the chunk behind this one, if both together are thin. */
  absorb(next: Chunk<T>): boolean {
    if (this.length + next.length > PLACES / 2) return false;
    this.#items = [...this.items(), ...next.items()];
    this.#head = 0;
    return true;
  }

  /** Returns the items. */
  items(): T[] {
    return this.#items.slice(this.#head) as T[];
  }
}
