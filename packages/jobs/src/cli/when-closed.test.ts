import { PassThrough, Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { whenClosed } from './when-closed.ts';

/** Writes to a stream that fails with a code; returns what became of it. */
async function failing(code: string): Promise<{ closed: boolean; told: unknown; exit: unknown }> {
  const before = process.exitCode;
  onTestFinished(() => {
    process.exitCode = before;
  });
  const stderr = new PassThrough();
  const stdout = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })),
  });
  const closed = whenClosed({ stdout, stderr });
  expect(closed.aborted).toBe(false);
  stdout.write('a result');
  await new Promise((resolve) => stdout.once('close', resolve));
  return { closed: closed.aborted, told: String(stderr.read() ?? ''), exit: process.exitCode };
}

test('takes a reader that is gone for the end of what is to be read', async () => {
  expect(await failing('EPIPE')).toEqual({ closed: true, told: '', exit: process.exitCode });
});

test('says so when results cannot be written, with a code that is not 0', async () => {
  expect(await failing('ENOSPC')).toEqual({
    closed: true,
    told: 'The output cannot be written: write ENOSPC\n',
    exit: 1,
  });
});
