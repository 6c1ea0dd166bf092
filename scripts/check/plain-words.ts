// Keeps words out of comments, messages and documents that make a reader look twice; the style guide says why.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../setup/workspace.js';
import { listFiles } from './list-files.ts';

const refused = [
  { pattern: /\b(whoever|somebody)\b/i, advice: 'name who: the worker, the caller, the store' },
  { pattern: /\b(anew|by turns|in earnest)\b/i, advice: 'again, alternately, for real' },
  { pattern: /\banswers whether\b/i, advice: 'returns whether' },
  { pattern: /(\/\*\*|^\s*\*) What /, advice: 'begin with a verb, or name the thing' },
];
/** Files that quote these words, are written by programs, or tell what was. */
const exempt = /\/assets\/|CHANGELOG|fixtures|^scripts\/check\/|^docs\/api\//;

const files = listFiles(root, /\.(ts|js|md)$/).filter((path) => !exempt.test(relative(root, path)));
for (const path of files) {
  for (const [index, line] of readFileSync(path, 'utf8').split('\n').entries()) {
    for (const { pattern, advice } of refused) {
      const word = pattern.exec(line)?.[0].trim();
      if (word === undefined) continue;
      console.error(`${relative(root, path)}:${index + 1}: \`${word}\` (${advice})`);
      process.exitCode = 1;
    }
  }
}
console.log(`${files.length} files`);
