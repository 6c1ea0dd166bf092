import type { Span } from './mask-spans.ts';

/** What is shorter is not looked for elsewhere: masking every `42` would hide more than it protects. */
const MIN_LENGTH = 5;
const MAX_VALUES = 300;
/** By how many of its first characters a value is looked for; the rest is compared. */
const HEAD = 24;

/** A place in the tree of all beginnings of the values looked for. */
interface Node {
  readonly next: Map<number, Node>;
  readonly depth: number;
  /** The longest end of this beginning that is a beginning itself. */
  fallback: Node | undefined;
  /** The length of the longest value that ends here, or in one of the fallbacks. */
  found: number;
  /** What comes after the head of a value that is longer. */
  rest: string;
}

/**
 * Remembers the secrets of one job, so that they are masked wherever they turn up: a password of the
 * payload in the message of the error that complains about it. All are looked for in one pass, as Aho
 * and Corasick do it, so the time does not depend on how many there are.
 */
export class SecretValues {
  readonly #values = new Set<string>();
  #root: Node | undefined;

  /** Remembers a value, or all there are in it. */
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
    // As it stands in JSON and in a url.
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
      const end = at + 1 + equalLength(text, at + 1, node.rest);
      spans.push({ start, end });
      if (end === at + 1) continue;
      // What was compared is masked, whether or not all of the value was there.
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
    // Half of a pair of code units, as a cut leaves it, is in no url.
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
    if (value.length - HEAD > node.rest.length) node.rest = value.slice(HEAD);
  }
  linkFallbacks(root);
  return root;
}

function linkFallbacks(root: Node): void {
  const queue = [...root.next.values()];
  for (const node of queue) node.fallback = root;
  for (let at = 0; at < queue.length; at += 1) {
    const node = queue[at] as Node;
    for (const [code, next] of node.next) {
      next.fallback = follow(root, node.fallback ?? root, code);
      if (next.found === 0) next.found = next.fallback.found;
      queue.push(next);
    }
  }
}

function newNode(depth: number): Node {
  return { next: new Map(), depth, fallback: undefined, found: 0, rest: '' };
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
