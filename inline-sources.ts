import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const READING = /\b(?:lua|sql)Source\(\s*new URL\('([^']+)', import\.meta\.url\),?\s*\)/g;

/**
 * Puts the text of each `.lua` or `.sql` file where a source reads it: `luaSource(new URL('./….lua', import.meta.url))`.
 * The source keeps its lines, so that its source map stays right.
 */
export function inlineSources(code: string, path: string): string {
  return code.replace(READING, (call, file: string) => {
    const text = readFileSync(new URL(file, pathToFileURL(path)), 'utf8');
    return JSON.stringify(text) + '\n'.repeat(call.split('\n').length - 1);
  });
}
