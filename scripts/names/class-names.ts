// Holds the repository to one class a name: a reader who searches for a class finds one.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/workspace.js';

const ofGit = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'];
const listed = execFileSync('git', ofGit, { cwd: root, encoding: 'utf8' }).split('\n');
const deleted = execFileSync('git', ['ls-files', '--deleted'], { cwd: root, encoding: 'utf8' });
const gone = new Set(deleted.split('\n'));
const holders = new Map<string, string>();

for (const file of listed.filter((name) => /\.[cm]?[jt]sx?$/.test(name) && !gone.has(name))) {
  const text = readFileSync(join(root, file), 'utf8');
  for (const [, name = ''] of text.matchAll(/^(?:export )?(?:abstract )?class (\w+)/gm)) {
    const other = holders.get(name);
    holders.set(name, file);
    if (other === undefined) continue;
    console.error(`${file}: class ${name} has the name of the one in ${other}`);
    process.exitCode = 1;
  }
}
console.log(`${holders.size} classes`);
