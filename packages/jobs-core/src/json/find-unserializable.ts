import { describeValue } from '../check/describe-value.ts';
import { isInvalidDate } from './is-invalid-date.ts';
import { isPlainObject } from './is-plain-object.ts';

/** Describes a value that JSON cannot carry, and where it is. */
export interface Unserializable {
  /** The path to it, as in `payload.user.avatar`. */
  readonly path: string;
  /** A description of the value. */
  readonly problem: string;
  /** The error that was thrown there, if any. */
  readonly cause?: unknown;
}

/** Finds the first value JSON cannot carry, after a faster check has found that there may be one. */
export function findUnserializable(
  value: unknown,
  label: string,
  maxDepth: number,
): Unserializable | undefined {
  return new JsonSearch(maxDepth).search(value, label);
}

class JsonSearch {
  readonly #maxDepth: number;
  readonly #ancestors: object[] = [];
  /** The depth at which each object was found to be good: it is not searched again at that depth or above. */
  readonly #good = new WeakMap<object, number>();

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  search(current: unknown, path: string): Unserializable | undefined {
    switch (typeof current) {
      case 'bigint':
        return { path, problem: `the BigInt \`${current}\`` };
      case 'function':
        return { path, problem: 'a function' };
      case 'symbol':
        return { path, problem: 'a symbol' };
      case 'number':
        return Number.isFinite(current) ? undefined : { path, problem: `\`${current}\`` };
      case 'object':
        return current === null ? undefined : this.#searchObject(current, path);
      default:
        return undefined;
    }
  }

  #searchObject(current: object, path: string): Unserializable | undefined {
    const depth = this.#ancestors.length;
    if (this.#ancestors.includes(current)) return { path, problem: 'a circular reference' };
    if (depth >= this.#maxDepth) {
      return { path: shorten(path), problem: `more than ${this.#maxDepth} levels of nesting` };
    }
    if ((this.#good.get(current) ?? -1) >= depth) return undefined;
    this.#ancestors.push(current);
    try {
      const found = this.#searchInside(current, path);
      if (found === undefined) this.#good.set(current, depth);
      return found;
    } catch (cause) {
      return { path, problem: 'something that throws when it is read', cause };
    } finally {
      this.#ancestors.pop();
    }
  }

  #searchInside(current: object, path: string): Unserializable | undefined {
    if (Array.isArray(current)) return this.#searchArray(current, path);
    if (isInvalidDate(current)) {
      return { path, problem: 'an invalid Date' };
    }
    const { toJSON } = current as { toJSON?: unknown };
    if (typeof toJSON === 'function') return this.search(toJSON.call(current, ''), path);
    if (!isPlainObject(current)) return { path, problem: describeValue(current) };
    return this.#searchProperties(current, path);
  }

  #searchArray(current: readonly unknown[], path: string): Unserializable | undefined {
    for (let index = 0; index < current.length; index++) {
      const inner = `${path}[${index}]`;
      if (!(index in current)) return { path: inner, problem: 'a hole in a sparse array' };
      if (current[index] === undefined) return { path: inner, problem: '`undefined`' };
      const found = this.search(current[index], inner);
      if (found) return found;
    }
    return undefined;
  }

  #searchProperties(
    current: { readonly [key: string]: unknown },
    path: string,
  ): Unserializable | undefined {
    for (const key of Object.keys(current)) {
      const inner = joinPath(path, key);
      if (key === '__proto__') return { path: inner, problem: 'a property named `__proto__`' };
      let property: unknown;
      try {
        property = current[key];
      } catch (cause) {
        return { path: inner, problem: 'a getter that throws', cause };
      }
      const found = this.search(property, inner);
      if (found) return found;
    }
    return undefined;
  }
}

function joinPath(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function shorten(path: string): string {
  return path.length <= 200 ? path : `${path.slice(0, 200)}…`;
}
