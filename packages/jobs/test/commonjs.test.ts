import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const cache = join(root, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'commonjs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM = `
const { createQueue, defineJob } = require('@philjs/jobs');
const greet = defineJob({ name: 'greet', handler: ({ name }) => 'Hello ' + name });
const queue = createQueue({ jobs: [greet], logger: { debug() {}, info() {}, warn() {}, error: console.error } });
queue.process()
  .then(() => queue.enqueue(greet, { name: 'Ada' }))
  .then((job) => queue.waitFor(job))
  .then((said) => { console.log(said); return queue.close(); });
`;

function run(node: string, file: string, env: NodeJS.ProcessEnv = {}): string {
  const { REDIS_URL: _, ...inherited } = process.env;
  return execFileSync(node, [file], { encoding: 'utf8', env: { ...inherited, ...env } });
}

describe('a CommonJS program', () => {
  it('requires the package as it is', () => {
    const file = join(folder, 'as-it-is.cjs');
    writeFileSync(file, PROGRAM);
    expect(run(process.execPath, file)).toBe('Hello Ada\n');
  });

  it('bundles it with esbuild to CommonJS, which runs', async () => {
    const entry = join(folder, 'entry.cjs');
    const outfile = join(folder, 'bundle.cjs');
    writeFileSync(entry, PROGRAM);
    const options = { bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent' } as const;
    await build({ ...options, entryPoints: [entry], outfile, target: 'node20' });
    expect(run(process.execPath, outfile)).toBe('Hello Ada\n');
  });

  it('waits for nothing while the package loads, in any module of it', async () => {
    const result = await build({
      entryPoints: [join(root, 'src/index.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
      logLevel: 'silent',
    });
    // esbuild refuses a top-level await in this format.
    expect(result.errors).toEqual([]);
  });
});
