import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Io } from './io.ts';
import { parseJson } from './parse-value.ts';

/** Reads JSON given on the command line: itself, `@file`, or `-` for stdin. @throws UsageError */
export async function readData(data: string | undefined, io: Io): Promise<unknown> {
  if (data === undefined) return undefined;
  if (data === '-') return parseJson('--data', await text(io.stdin));
  if (data.startsWith('@')) return parseJson('--data', await readFile(data.slice(1), 'utf8'));
  return parseJson('--data', data);
}
