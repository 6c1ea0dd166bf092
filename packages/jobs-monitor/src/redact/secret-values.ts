import type { Span } from './mask-spans.ts';

/** Shorter secrets are not searched for elsewhere: masking every `42` would hide more than it protects. */
const MIN_LENGTH = 5;
const MAX_VALUES = 300;
/** How many first characters of a value the search uses; the rest is compared. */
const HEAD = 24;

/** A node of the prefix tree of all values searched for. */
interface Node {
  readonly next: Map<number, Node>;
  readonly depth: number;
  /** The node of the longest suffix of this prefix that is a prefix itself. */
  fallback: Node | undefined;
  /** The length of the longest value that ends here or in one of the fallbacks. */
  found: number;
  /** The rests of the values with this head that are longer than it, sorted. */
  readonly rests: string[];
}

/**
 * Remembers the secrets of one job, so that they are masked wherever they occur, such as a password of the
 * payload in the error message about it. Searches for all of them in one pass (Aho–Corasick), so the time does
 * not depend on their number.
 */
export class SecretValues {
  readonly #values = new Set<string>();
  #root: Node | undefined;

  /** Remembers a value, or all values within it. */
  add(value: unknown): void {
    const left = [value];
    for (let looks = 0; left.length > 0 && looks < 10_000; looks += 1) {
      if (this.#values.size >= MAX_VALUES) return;
      const one = left.pop();
      if (typeof one === 'string' || typeof one === 'number' || typeof one === 'bigint') {
        this.#addText(String(one));
      } else if (typeof one === 'object' && one !== null) {
        left.push(
          ...firstOf(one instanceof Map || one instanceof Set ? one.values() : Object.values(one)),
        );
      }
    }
  }

  #addText(text: string): void {
    if (text.length < MIN_LENGTH || this.#values.has(text)) return;
    this.#root = undefined;
    this.#values.add(text);
    // As it is escaped in JSON and in a URL.
    this.#values.add(JSON.stringify(text).slice(1, -1));
    this.#values.add(urlEscaped(text));
  }

  /** Finds all of them in a text. */
  find(text: string): Span[] {
    if (this.#values.size === 0) return [];
    this.#root ??= treeOf(this.#values);
    const root = this.#root;
    const spans: Span[] = [];
    let node = root;
    for (let at = 0; at < text.length; at += 1) {
      node = follow(root, node, text.charCodeAt(at));
      if (node.found === 0) continue;
      const start = at + 1 - node.found;
      const end = at + 1 + longestOf(text, at + 1, node.rests);
      spans.push({ start, end });
      if (end === at + 1) continue;
      // The compared part is masked even if the value does not match to its end.
      at = end - 1;
      node = root;
    }
    return spans;
  }
}

function urlEscaped(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half of a surrogate pair, as a cut leaves it, cannot be escaped for a URL.
    return text;
  }
}

function firstOf(values: Iterable<unknown>): unknown[] {
  const first: unknown[] = [];
  for (const value of values) if (first.push(value) >= MAX_VALUES) break;
  return first.reverse();
}

function follow(root: Node, from: Node, code: number): Node {
  for (let node: Node | undefined = from; node !== undefined; node = node.fallback) {
    const next = node.next.get(code);
    if (next !== undefined) return next;
  }
  return root;
}

function treeOf(values: ReadonlySet<string>): Node {
  const root = newNode(0);
  for (const value of values) {
    let node = root;
    const head = value.slice(0, HEAD);
    for (let at = 0; at < head.length; at += 1) {
      const code = head.charCodeAt(at);
      let next = node.next.get(code);
      if (next === undefined) {
        next = newNode(at + 1);
        node.next.set(code, next);
      }
      node = next;
    }
    node.found = head.length;
    if (value.length > HEAD) node.rests.push(value.slice(HEAD));
  }
  linkFallbacks(root);
  return root;
}

function linkFallbacks(root: Node): void {
  const queue = [...root.next.values()];
  for (const node of queue) node.fallback = root;
  for (let at = 0; at < queue.length; at += 1) {
    const node = queue[at] as Node;
    node.rests.sort();
    for (const [code, next] of node.next) {
      next.fallback = follow(root, node.fallback ?? root, code);
      if (next.found === 0) next.found = next.fallback.found;
      queue.push(next);
    }
  }
}

function newNode(depth: number): Node {
  return { next: new Map(), depth, fallback: undefined, found: 0, rests: [] };
}

/** Returns for how long a text goes on as one of several does, which are sorted: as one of those beside it. */
function longestOf(text: string, from: number, sorted: readonly string[]): number {
  if (sorted.length === 0) return 0;
  const rest = text.slice(from);
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < rest) low = middle + 1;
    else high = middle;
  }
  const beside = sorted.slice(Math.max(0, low - 1), low + 1);
  return Math.max(...beside.map((one) => equalLength(text, from, one)));
}

function equalLength(text: string, from: number, expected: string): number {
  let length = 0;
  while (
    length < expected.length &&
    text.charCodeAt(from + length) === expected.charCodeAt(length)
  ) {
    length += 1;
  }
  return length;
}
