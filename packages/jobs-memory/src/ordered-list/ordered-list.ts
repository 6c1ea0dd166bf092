/** Says where an item stands: by `rank`, then by `seq`. No two items of a list have both alike. */
export interface Ranked {
  /** What counts first, ascending. */
  readonly rank: number;
  /** What decides among equal ranks, ascending. */
  readonly seq: number;
}

/** Tells whether one key stands before another. */
export function isBefore(a: Ranked, b: Ranked): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.seq < b.seq);
}

/** How many items a chunk holds at most: few enough that moving them costs less than finding them. */
const CHUNK_SIZE = 512;

/**
 * Keeps items in the order of their keys: a list of sorted chunks, searched by halving. Adding at
 * either end and taking the first cost the same however long the list is; adding and deleting
 * elsewhere cost O(log n) comparisons and a move within one chunk. Nine bytes per item.
 *
 * An item's key must not change while it is in the list.
 */
export class OrderedList<T extends Ranked> {
  /** No chunk is empty. */
  #chunks: T[][] = [];
  #size = 0;

  /** How many items there are. */
  get size(): number {
    return this.#size;
  }

  /** Returns the first item. */
  first(): T | undefined {
    return this.#chunks[0]?.[0];
  }

  /** Adds an item. */
  insert(item: T): void {
    this.#size += 1;
    const chunks = this.#chunks;
    const last = chunks[chunks.length - 1];
    if (last === undefined || isBefore(last[last.length - 1] as T, item)) {
      if (last === undefined || last.length === CHUNK_SIZE) chunks.push([item]);
      else last.push(item);
      return;
    }
    const index = this.#chunkOf(item);
    const chunk = chunks[index] as T[];
    const position = positionIn(chunk, item);
    if (chunk.length < CHUNK_SIZE) chunk.splice(position, 0, item);
    else if (position === 0) chunks.splice(index, 0, [item]);
    else this.#split(index, position, item);
  }

  /** Takes the first item out. */
  shift(): T | undefined {
    const chunk = this.#chunks[0];
    if (chunk === undefined) return undefined;
    this.#size -= 1;
    const item = chunk.shift();
    if (chunk.length === 0) this.#chunks.shift();
    return item;
  }

  /** Takes the item with this key out; answers whether there was one. */
  delete(key: Ranked): boolean {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return false;
    const position = positionIn(chunk, key);
    if (chunk[position]?.rank !== key.rank || chunk[position]?.seq !== key.seq) return false;
    this.#size -= 1;
    chunk.splice(position, 1);
    if (chunk.length < CHUNK_SIZE / 4) this.#mergeWithNext(index);
    return true;
  }

  /** Takes out all items that match, in order, at the cost of looking at every one. */
  extract(matches: (item: T) => boolean): T[] {
    const taken: T[] = [];
    const kept = new OrderedList<T>();
    for (const chunk of this.#chunks) {
      for (const item of chunk) {
        if (matches(item)) taken.push(item);
        else kept.insert(item);
      }
    }
    this.#chunks = kept.#chunks;
    this.#size = kept.#size;
    return taken;
  }

  /** Iterates upwards over the items behind `after`, or over all. The list must not change meanwhile. */
  *ascending(after?: Ranked): Generator<T, void, undefined> {
    let index = after === undefined ? 0 : this.#chunkOf(after);
    let position = 0;
    if (after !== undefined) {
      const chunk = this.#chunks[index] ?? [];
      position = positionIn(chunk, after);
      const found = chunk[position];
      if (found !== undefined && !isBefore(after, found)) position += 1;
    }
    for (; index < this.#chunks.length; index++, position = 0) {
      const chunk = this.#chunks[index] as T[];
      for (; position < chunk.length; position++) yield chunk[position] as T;
    }
  }

  /** Iterates downwards over the items ahead of `before`, or over all. The list must not change meanwhile. */
  *descending(before?: Ranked): Generator<T, void, undefined> {
    let index = before === undefined ? this.#chunks.length : this.#chunkOf(before);
    let position = before === undefined ? 0 : positionIn(this.#chunks[index] ?? [], before);
    for (; index >= 0; position = this.#chunks[--index]?.length ?? 0) {
      const chunk = this.#chunks[index];
      while (chunk !== undefined && position > 0) yield chunk[--position] as T;
    }
  }

  /** Finds the first chunk that does not end before the key. */
  #chunkOf(key: Ranked): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const chunk = this.#chunks[middle] as T[];
      if (isBefore(chunk[chunk.length - 1] as T, key)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #split(index: number, position: number, item: T): void {
    const chunk = this.#chunks[index] as T[];
    const upper = chunk.splice(CHUNK_SIZE / 2);
    if (position <= chunk.length) chunk.splice(position, 0, item);
    else upper.splice(position - chunk.length, 0, item);
    this.#chunks.splice(index + 1, 0, upper);
  }

  /** Keeps chunks from staying thin after many deletions. */
  #mergeWithNext(index: number): void {
    const chunk = this.#chunks[index] as T[];
    const next = this.#chunks[index + 1];
    if (chunk.length === 0) this.#chunks.splice(index, 1);
    else if (next !== undefined && chunk.length + next.length <= CHUNK_SIZE / 2) {
      chunk.push(...next);
      this.#chunks.splice(index + 1, 1);
    }
  }
}

/** Finds where in a chunk the first item stands that is not before the key. */
function positionIn(chunk: readonly Ranked[], key: Ranked): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(chunk[middle] as Ranked, key)) low = middle + 1;
    else high = middle;
  }
  return low;
}
