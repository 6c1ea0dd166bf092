/** Makes objects, and what they return, throw in one method. */
export function breaking(method: string): <T extends object>(whole: T) => T {
  const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
  const wrap = <T extends object>(whole: T): T =>
    new Proxy(whole, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown => {
          if (key === method) throw new Error(`\`${method}\` is broken`);
          const answer: unknown = Reflect.apply(value, target, args);
          // Contexts, and what is called within them, stay as they are.
          const isPart = /^(get(Tracer|Meter)|startSpan|create\w+)$/.test(String(key));
          return isPart && isObject(answer) ? wrap(answer) : answer;
        };
      },
    });
  return wrap;
}
