import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Matches a place in a stack: an address or a path, its line, and its column if there is one. */
const PLACE = /(?:^|[ (])((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?)(?:\?[^\s():]*)?:(\d+(?::\d+)?)\)?$/;

/**
 * Finds the place in the files of a folder, packages excepted, at which an error was thrown, or at which Node could not read
 * a file; returns it from the folder: `jobs/greet.ts:13:5`.
 */
export function placeOf(error: unknown, folder: string): string | undefined {
  const { stack } = (error ?? {}) as Partial<Error>;
  if (typeof stack !== 'string') return undefined;
  for (const line of stack.split('\n')) {
    const [, file = '', at] = PLACE.exec(line.trimEnd()) ?? [];
    const path = pathOf(file);
    if (path === undefined || path.includes(`${sep}node_modules${sep}`)) continue;
    if (path.startsWith(folder + sep)) return `${relative(folder, path)}:${at}`;
  }
  return undefined;
}

function pathOf(file: string): string | undefined {
  if (!file.startsWith('file:')) return file === '' ? undefined : file;
  try {
    return fileURLToPath(file);
  } catch {
    return undefined;
  }
}
