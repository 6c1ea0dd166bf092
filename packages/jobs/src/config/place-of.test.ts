import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { placeOf } from './place-of.ts';

const folder = ['', 'app'].join(sep);
const url = (path: string): string => pathToFileURL(join(folder, path)).href;

function errorWith(...stack: readonly string[]): Error {
  return Object.assign(new Error('no'), { stack: stack.join('\n') });
}

test.each([
  [[`${url('jobs/a b.ts')}:7`, 'enum X {}', '^^^^', 'SyntaxError: no'], `jobs${sep}a b.ts:7`],
  [['Error: no', `    at make (${url('jobs.config.ts')}?load=1:3:5)`], 'jobs.config.ts:3:5'],
  [['Error: no', `    at ${url('jobs.config.ts')}?load=12:3:5`], 'jobs.config.ts:3:5'],
  [['Error: no', `    at async ${join(folder, 'x.js')}:3:5`], 'x.js:3:5'],
  [
    [
      'Error: no',
      '    at node:internal/modules/esm/utils:319:16',
      `    at check (${url('node_modules/a/index.js')}:1:2)`,
      `    at ${url('x.js')}:9:1`,
    ],
    'x.js:9:1',
  ],
  [['Error: no', '    at file:///other/x.js:3:5'], undefined],
  [['Error: file:///app/x.js:3 is odd'], undefined],
  [[''], undefined],
])('finds the place in %j', (stack, place) => {
  expect(placeOf(errorWith(...stack), folder)).toBe(place);
});

test.each([undefined, null, 'no', { stack: 5 }])('finds none in %j', (thrown) => {
  expect(placeOf(thrown, folder)).toBeUndefined();
});

test('finds the line that Node cannot read as TypeScript', async () => {
  const at = await mkdtemp(join(tmpdir(), 'philjs-jobs-place-'));
  onTestFinished(() => rm(at, { recursive: true, force: true }));
  await writeFile(join(at, 'jobs.ts'), 'let a = 1;\nenum State { On }');
  const program = "import('./jobs.ts').catch(({ stack }) => console.log(stack))";
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { cwd: at });
  expect(placeOf({ stack: stdout }, at)).toBe('jobs.ts:2');
});
