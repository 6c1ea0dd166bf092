import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Finds the sources that an entry imports, but for types. */
function sourcesOf(entry: URL, found: Map<string, string> = new Map()): Map<string, string> {
  if (found.has(entry.href)) return found;
  const text = readFileSync(entry, 'utf8');
  found.set(entry.href, text);
  for (const [, path = ''] of text.matchAll(
    /^(?:import|export) (?!type )[^;]*? from '([^']+)';/gm,
  )) {
    if (!path.startsWith('.')) throw new Error(`${entry.pathname} imports ${path}`);
    sourcesOf(new URL(path, entry), found);
  }
  return found;
}

it('what only produces needs no module of Node, and none of its globals', () => {
  const sources = sourcesOf(new URL('producer.ts', import.meta.url));
  expect(sources.size).toBeGreaterThan(40);
  for (const [path, text] of sources) {
    expect(
      `${path}: ${/^(?!\s*(?:\/\/|\/?\*)).*\b(Buffer|process|setImmediate|require)[.(]/m.exec(text)}`,
    ).toBe(`${path}: null`);
  }
});
