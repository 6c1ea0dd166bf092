import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { holdsMask } from '@philjs/jobs-core/redact';
import { inexactNumber } from '@philjs/jobs-monitor/internal';
import type { Io } from './io.ts';
import { parseJson } from './parse-value.ts';
import { UsageError } from './usage-error.ts';

/** Reads JSON given on the command line: itself, `@file`, or `-` for stdin. @throws UsageError */
export async function readData(data: string | undefined, io: Io): Promise<unknown> {
  if (data === undefined) return undefined;
  if (data === '-') return parseExact(await text(io.stdin));
  if (data.startsWith('@')) return parseExact(await readNamed(data.slice(1)));
  return parseExact(data);
}

/** Reads JSON; refuses a mask, which would replace a secret, and a number that would not be kept exactly. */
function parseExact(json: string): unknown {
  const data = parseJson('--data', json);
  if (holdsMask(json)) {
    throw new UsageError(
      '--data holds a mask. Write the value in place of each `[redacted]`; `show --reveal` prints what is stored.',
    );
  }
  const inexact = inexactNumber(json);
  if (inexact === undefined) return data;
  throw new UsageError(
    `${inexact} in --data cannot be kept exactly as a number. Write it in quotes.`,
  );
}

async function readNamed(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The file \`${file}\` of --data cannot be read: ${why}`);
  }
}
