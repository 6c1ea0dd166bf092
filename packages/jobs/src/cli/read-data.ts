import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Io } from './io.ts';
import { parseJson } from './parse-value.ts';
import { UsageError } from './usage-error.ts';

/** Reads JSON given on the command line: itself, `@file`, or `-` for stdin. @throws UsageError */
export async function readData(data: string | undefined, io: Io): Promise<unknown> {
  if (data === undefined) return undefined;
  if (data === '-') return parseJson('--data', await text(io.stdin));
  if (data.startsWith('@')) return parseJson('--data', await readNamed(data.slice(1)));
  return parseJson('--data', data);
}

async function readNamed(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The file \`${file}\` of --data cannot be read: ${why}`);
  }
}
