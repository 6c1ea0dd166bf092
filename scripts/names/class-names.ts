// Holds the repository to one class a name: a reader who searches for a class finds one.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { listFiles } from '../check/list-files.ts';
import { root } from '../setup/workspace.js';

const holders = new Map<string, string>();

for (const path of listFiles(root, /\.[cm]?[jt]sx?$/)) {
  const file = relative(root, path);
  const text = readFileSync(path, 'utf8');
  for (const [, name = ''] of text.matchAll(/^(?:export )?(?:abstract )?class (\w+)/gm)) {
    const other = holders.get(name);
    holders.set(name, file);
    if (other === undefined) continue;
    console.error(`${file}: class ${name} has the name of the one in ${other}`);
    process.exitCode = 1;
  }
}
console.log(`${holders.size} classes`);
