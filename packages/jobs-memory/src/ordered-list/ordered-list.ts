import { Chunk } from './chunk.ts';
import { isBefore, isSameKey, type Ranked } from './ranked.ts';

/**
 * Keeps items in the order of their keys: a list of sorted chunks, searched by halving. Adding at the
 * end and taking the first cost the same however long the list is; adding and deleting elsewhere cost
 * O(log n) comparisons and a move within one chunk. An item takes eight bytes.
 *
 * An item's key must not change while it is in the list.
 */
export class OrderedList<T extends Ranked> {
  /** There is always at least one chunk, and only a single one may be empty. */
  #chunks: Chunk<T>[];
  /** The first of them: of many lists, each is in no cache, and the fewer objects are read the better. */
  #first = new Chunk<T>();
  #size = 0;

  constructor() {
    this.#chunks = [this.#first];
  }

  /** How many items there are. */
  get size(): number {
    return this.#size;
  }

  /** Returns the first item. */
  first(): T | undefined {
    return this.#first.first;
  }

  /** Returns whether there are more items of the first rank than a number, which is small. */
  hasMoreThan(most: number): boolean {
    let position = most;
    let index = 0;
    for (;;) {
      const chunk = this.#chunks[index];
      if (chunk === undefined) return false;
      if (position < chunk.length) return chunk.at(position)?.rank === this.first()?.rank;
      position -= chunk.length;
      index += 1;
    }
  }

  /** Returns the first items of a rank, up to a number. */
  ofRank(rank: number, most: number): T[] {
    const found: T[] = [];
    if (this.#size === 0) return found;
    const [number, since, seq] = [Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY];
    const start = { rank, number, since, seq };
    let index = this.first()?.rank === rank ? 0 : this.#chunkOf(start);
    let position = this.#chunks[index]?.positionOf(start) ?? 0;
    while (found.length < most) {
      const item = this.#chunks[index]?.at(position++);
      if (item?.rank === rank) found.push(item);
      else if (item !== undefined || ++index >= this.#chunks.length) break;
      else position = 0;
    }
    return found;
  }

  /** Returns the position of the first item. */
  head(): Ranked | undefined {
    return this.first();
  }

  /** Adds an item. */
  insert(item: T): void {
    const last = this.#chunkAt(this.#chunks.length - 1);
    if (this.#size === 0 || isBefore(last.last as T, item)) {
      this.append(item);
      return;
    }
    this.#insertBetween(item);
    this.#size += 1;
  }

  /** Adds an item that sorts after all others, without comparing it. */
  append(item: T): void {
    const last = this.#chunkAt(this.#chunks.length - 1);
    if (!last.isFull) last.push(item);
    else if (this.#size > 0) this.#chunks.push(new Chunk([item]));
    else this.#begin([new Chunk([item])]);
    this.#size += 1;
  }

  /** Takes the first item out. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    this.#size -= 1;
    const chunk = this.#first;
    const item = chunk.shift();
    if (chunk.length === 0 && this.#size > 0) this.#begin(this.#chunks.slice(1));
    return item;
  }

  /** Takes the first items out, up to a number. */
  shiftUpTo(most: number): T[] {
    const taken: T[] = [];
    while (taken.length < most) {
      const item = this.shift();
      if (item === undefined) break;
      taken.push(item);
    }
    return taken;
  }

  /** Removes the item with this key; returns whether there was one. */
  delete(key: Ranked): boolean {
    const first = this.first();
    // Often it is the first: of jobs that started together, most often that one ends first.
    if (first?.rank === key.rank && first.seq === key.seq) {
      this.shift();
      return true;
    }
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return false;
    const position = chunk.positionOf(key);
    const found = chunk.at(position);
    if (found === undefined || !isSameKey(found, key)) return false;
    chunk.delete(position);
    this.#size -= 1;
    if (chunk.isThin && this.#chunks.length > 1) this.#mergeAt(index, chunk);
    return true;
  }

  /** Removes all items that match, in order, at the cost of checking every one. */
  extract(matches: (item: T) => boolean): T[] {
    const taken: T[] = [];
    const kept = new OrderedList<T>();
    for (const item of this.ascending()) {
      if (matches(item)) taken.push(item);
      else kept.insert(item);
    }
    this.#begin(kept.#chunks);
    this.#size = kept.#size;
    return taken;
  }

  /** Iterates over the items. The list must not change meanwhile. */
  each(): Iterable<T> {
    return this.ascending();
  }

  /** Iterates upwards over the items behind `after`, or over all. The list must not change meanwhile. */
  *ascending(after?: Ranked): Generator<T, void, undefined> {
    let index = after === undefined ? 0 : this.#chunkOf(after);
    let position = after === undefined ? 0 : (this.#chunks[index]?.positionOf(after) ?? 0);
    for (; index < this.#chunks.length; index++, position = 0) {
      const chunk = this.#chunkAt(index);
      for (let item = chunk.at(position); item !== undefined; item = chunk.at(++position)) {
        // The first one may be `after` itself.
        if (after === undefined || isBefore(after, item)) yield item;
      }
    }
  }

  /** Iterates downwards over the items ahead of `before`, or over all. The list must not change meanwhile. */
  *descending(before?: Ranked): Generator<T, void, undefined> {
    let index = before === undefined ? this.#chunks.length : this.#chunkOf(before);
    let position = before === undefined ? 0 : (this.#chunks[index]?.positionOf(before) ?? 0);
    for (; index >= 0; position = this.#chunks[--index]?.length ?? 0) {
      const chunk = this.#chunks[index];
      while (chunk !== undefined && position > 0) yield chunk.at(--position) as T;
    }
  }

  #begin(chunks: Chunk<T>[]): void {
    this.#chunks = chunks;
    this.#first = chunks[0] as Chunk<T>;
  }

  #chunkAt(index: number): Chunk<T> {
    return this.#chunks[index] as Chunk<T>;
  }

  /** Finds the first chunk that does not end before the key. */
  #chunkOf(key: Ranked): number {
    let low = 0;
    let high = this.#size === 0 ? 0 : this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.#chunkAt(middle).last as T, key)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insertBetween(item: T): void {
    const index = this.#chunkOf(item);
    const chunk = this.#chunkAt(index);
    const position = chunk.positionOf(item);
    if (chunk.insert(position, item)) return;
    if (position === 0) {
      this.#begin(this.#chunks.toSpliced(index, 0, new Chunk([item])));
      return;
    }
    const upper = chunk.splitOff();
    this.#chunks.splice(index + 1, 0, upper);
    if (position <= chunk.length) chunk.insert(position, item);
    else upper.insert(position - chunk.length, item);
  }

  /** Keeps chunks from staying thin after many deletions. */
  #mergeAt(index: number, chunk: Chunk<T>): void {
    const next = this.#chunks[index + 1];
    if (chunk.length === 0) this.#begin(this.#chunks.toSpliced(index, 1));
    else if (next !== undefined && chunk.absorb(next)) this.#chunks.splice(index + 1, 1);
  }
}
