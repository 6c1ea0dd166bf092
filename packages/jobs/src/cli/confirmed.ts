import { PassThrough } from 'node:stream';
import confirm from '@inquirer/confirm';
import type { Io } from './io.ts';
import { ReportedError } from './reported-error.ts';
import { UsageError } from './usage-error.ts';

/**
 * Asks for confirmation before many jobs are changed.
 *
 * @throws UsageError when stdin is no terminal, since then no user can confirm; ReportedError at Ctrl-C
 */
export async function confirmed(io: Io, question: string): Promise<boolean> {
  if (!io.stdin.isTTY)
    throw new UsageError(`${question} There is no terminal to ask on; give --yes.`);
  // The prompt ends its output stream, but stderr must stay open.
  const output = new PassThrough();
  output.pipe(io.stderr, { end: false });
  try {
    return await confirm({ message: question, default: false }, { input: io.stdin, output });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
    io.stderr.write('Nothing was done\n');
    throw new ReportedError('Ctrl-C at a question');
  }
}
