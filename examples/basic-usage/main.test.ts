import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ParsedMail, simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let outbox: string;
let output: string;
let mail: ParsedMail;

beforeAll(async () => {
  outbox = await mkdtemp(join(tmpdir(), 'basic-usage-'));
  // Rejects unless the program ends by itself with exit code 0.
  const run = await promisify(execFile)(process.execPath, ['main.ts', outbox], {
    cwd: import.meta.dirname,
    timeout: 150_000,
  });
  output = run.stdout;
  mail = await simpleParser(await readFile(join(outbox, 'zoe.eml')));
}, 180_000);

afterAll(() => rm(outbox, { recursive: true, force: true }));

/** Returns the lines that the program printed for one hook or event. */
function lines(what: string): string[] {
  return output.split('\n').filter((line) => line.includes(` ${what} `));
}

describe('the example basic-usage', () => {
  it('delivers one mail for the order that was enqueued twice, and none for the refused address', async () => {
    expect(await readdir(outbox)).toEqual(['zoe.eml']);
    expect(output).toContain('order-1047 (duplicate: true)');
  });

  it('tries again after the mail server put it off, and gives up when it said no', () => {
    expect(lines('onRetry')).toEqual([expect.stringMatching(/order-1047, .*451/)]);
    expect(lines('onFail')).toEqual([expect.stringMatching(/order-1048, .*550/)]);
    expect(lines('onBefore').map((line) => line.slice(line.indexOf('order-')))).toEqual([
      'order-1047, attempt 1 of 4',
      'order-1048, attempt 1 of 4',
      'order-1047, attempt 2 of 4',
    ]);
  });

  it('reports progress, hooks, events, the result, the log and the counts', () => {
    const progress = lines('onProgress').map((line) => line.slice(line.indexOf('order-')));
    expect(progress.slice(-3)).toEqual(['25', '50', '100'].map((n) => `order-1047, ${n} %`));
    expect(lines('onFinally')).toHaveLength(3);
    expect(lines('completed')).toEqual([expect.stringContaining('order-1047')]);
    expect(lines('failed')).toEqual([expect.stringContaining('order-1048')]);
    expect(output).toContain("accepted: [ 'zoe@example.com' ]");
    expect(output).toContain('Log of order 1047, attempt 2: the mail server said 250');
    expect(output).toContain('"completed":1,"failed":1,"cancelled":0,"blocked":0,"total":2');
  });

  it('writes the order into the mail, escaped in HTML and plain in text', () => {
    expect(mail.subject).toBe('Your order 1047: €71.95');
    expect(mail.messageId).toBe('<order-1047@shop.example>');
    expect(mail.html).toContain('Zoë O&#39;Brien, Tea &amp; Sons');
    expect(mail.html).toContain('Darjeeling &lt;second flush&gt;, 250 g');
    expect(mail.html).not.toContain('<second flush>');
    expect(mail.text).toContain("Thank you, Zoë O'Brien, Tea & Sons\n\nWe have");
    expect(mail.text).toContain('  2 × Darjeeling <second flush>, 250 g  €29.60\n');
  });
});
