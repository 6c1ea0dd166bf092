// Keeps words out of comments, messages and documents that make a reader look twice; the style guide says why.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/workspace.js';

const refused = [
  { pattern: /\b(whoever|somebody)\b/i, advice: 'name who: the worker, the caller, the store' },
  { pattern: /\b(anew|by turns|in earnest)\b/i, advice: 'again, alternately, for real' },
  { pattern: /\banswers whether\b/i, advice: 'returns whether' },
  { pattern: /(\/\*\*|^\s*\*) What /, advice: 'begin with a verb, or name the thing' },
];
/** Files that quote these words, are written by programs, or tell what was. */
const exempt = /^scripts\/names\/|\/assets\/|CHANGELOG|fixtures|^scripts\/check\//;

const files = execFileSync('git', ['ls-files', '*.ts', '*.js', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && !exempt.test(file));
let problems = 0;
for (const file of files) {
  for (const [index, line] of read(file).split('\n').entries()) {
    for (const { pattern, advice } of refused) {
      const word = pattern.exec(line)?.[0].trim();
      if (word === undefined) continue;
      console.error(`${file}:${index + 1}: \`${word}\` (${advice})`);
      problems += 1;
    }
  }
}
console.log(`${files.length} files`);
if (problems > 0) process.exitCode = 1;

/** Reads a file; a file that is deleted and not yet committed is empty. */
function read(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return '';
  }
}
