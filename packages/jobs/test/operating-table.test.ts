import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { callCli } from './cli-trial.ts';

const document = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
// The table of what people do has five columns; the others of the document have not.
const commands = [
  ...document.matchAll(/^\| [^|]+ \| `[^`]+` \| `([^`]+)` \|[^|]+\|[^|]+\|$/gm),
].map(([, line]) => line ?? '');

test.each([...new Set(commands)])(
  'philjs-jobs %s is there, as the table of what people do says',
  async (line) => {
    const words = line.split(' ').filter((word) => !word.startsWith('--'));
    const flags = line.split(' ').filter((word) => word.startsWith('--'));
    const { code, stdout } = await callCli([...words, '--help'], { cwd: '/' });
    expect(code).toBe(0);
    expect(stdout).toContain(`philjs-jobs ${words.join(' ')}`);
    for (const flag of flags.filter((one) => one !== '--reveal')) expect(stdout).toContain(flag);
  },
);
