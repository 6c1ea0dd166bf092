import { dirname } from 'node:path';

/** Lists a folder and those it is in, the innermost first. */
export function foldersFrom(folder: string): readonly string[] {
  const outer = dirname(folder);
  return outer === folder ? [folder] : [folder, ...foldersFrom(outer)];
}
