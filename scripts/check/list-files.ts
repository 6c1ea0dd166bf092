import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const generated = new Set(['node_modules', 'dist', 'coverage', '.cache', '.turbo', '.git']);

/** Lists the files of a folder that are written by hand, not generated, sorted by path. */
export function listFiles(folder: string, name: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !generated.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return listFiles(path, name);
      return name.test(entry.name) ? [path] : [];
    })
    .sort();
}
