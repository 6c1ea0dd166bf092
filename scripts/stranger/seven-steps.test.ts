import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const chapter = readFileSync(join(root, 'docs/write-a-backend.md'), 'utf8');
const NEW_PACKAGE = 'packages/jobs-tape';

let workspace: string;

/** Makes a copy of this workspace, so that the package is not added to this one. */
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'seven-steps-'));
  for (const name of ['templates', 'node_modules']) {
    symlinkSync(join(root, name), join(workspace, name), 'junction');
  }
  mkdirSync(join(workspace, 'packages'));
  for (const name of readdirSync(join(root, 'packages'))) {
    symlinkSync(join(root, 'packages', name), join(workspace, 'packages', name), 'junction');
  }
});

afterAll(() => rmSync(workspace, { recursive: true }));

/** Makes one shell script of the chapter's commands and of the files it says to write. */
function script(): string {
  const blocks = chapter.matchAll(/^```(sh|ts)([^\n]*)\n(.*?)^```$/gms);
  return [...blocks]
    .map(([, language, attributes = '', code = '']) => {
      if (language === 'sh') return code;
      const file = /file=(\S+)/.exec(attributes)?.[1];
      return file === undefined ? '' : `cat > ${file} <<'END_OF_FILE'\n${code}END_OF_FILE\n`;
    })
    .join('\n');
}

it('ends with green suites when the seven steps are followed to the letter', async () => {
  expect([...chapter.matchAll(/^## \d\. /gm)]).toHaveLength(7);
  const run = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script()], { cwd: workspace });
  const { stdout } = await run.catch((error: Error & { stdout?: string }) => {
    throw new Error(`${error.message}\n${error.stdout?.slice(-20_000)}`);
  });
  const passed = [...stdout.matchAll(/Tests .*?(\d+) passed/g)].map(([, count]) => Number(count));
  expect(passed).toHaveLength(2);
  const [before = 0, after = 0] = passed;
  expect(before).toBeGreaterThan(300);
  expect(after).toBeGreaterThan(before);
  expect(readdirSync(join(workspace, NEW_PACKAGE))).toContain('dist');
}, 900_000);
