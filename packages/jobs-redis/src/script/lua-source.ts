import { readFileSync } from 'node:fs';

/** Reads a `.lua` file, named by `new URL('./….lua', import.meta.url)`. */
export function luaSource(file: URL): string {
  return readFileSync(file, 'utf8');
}
