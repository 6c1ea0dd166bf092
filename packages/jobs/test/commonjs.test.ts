import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { inlineSources } from '../../../inline-sources.ts';

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

const ONE_QUEUE = `
const { createQueue } = require('@philjs/jobs');
try { console.log(createQueue({ logger: { debug() {}, info() {}, warn() {}, error() {} } }).backend.name); }
catch (error) { console.log(error.code, error.message); }
`;

const IMPORT = "import { createQueue } from '@philjs/jobs'";

/** The banner that the documents name: clients of stores are CommonJS, and require parts of Node. */
const BANNER = /banner:js="(.+?)"/.exec(
  readFileSync(join(root, '../../docs/commonjs.md'), 'utf8'),
)?.[1];

/** Reads the sources of Redis as its published package has them: with their Lua in place. */
const asPublished: Plugin = {
  name: 'as-published',
  setup({ onLoad }) {
    onLoad({ filter: /jobs-redis\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: inlineSources(readFileSync(path, 'utf8'), path),
      loader: 'ts',
    }));
  },
};

function run(node: string, file: string, env: NodeJS.ProcessEnv = {}): string {
  const { REDIS_URL: _, DATABASE_URL: __, ...inherited } = process.env;
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

  it.each([
    ['@philjs/jobs-redis', { REDIS_URL: 'redis://:s3cret-word@127.0.0.1:1' }],
    ['@philjs/jobs-postgres pg', { DATABASE_URL: 'postgres://me:s3cret-word@127.0.0.1:1/shop' }],
    ['@philjs/jobs-sqlite', { DATABASE_URL: 'sqlite:./s3cret-word.sqlite' }],
  ])('names what to install where %s is not', async (install, env) => {
    const away = mkdtempSync(join(tmpdir(), 'philjs-jobs-'));
    onTestFinished(() => rmSync(away, { recursive: true }));
    const outfile = join(away, 'bundle.cjs');
    await build({
      stdin: { contents: ONE_QUEUE, resolveDir: folder },
      external: ['@philjs/jobs-redis', '@philjs/jobs-postgres', '@philjs/jobs-sqlite'],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'silent',
      outfile,
    });
    // pnpm leads every program to its packages by NODE_PATH.
    const said = run(process.execPath, outfile, { ...env, NODE_PATH: '' });
    expect(said).toMatch(/^JOBS_NOT_SUPPORTED /);
    expect(said).toContain(`npm install ${install}\``);
    expect(said).not.toContain('s3cret-word');
  });

  it.each([
    ['postgres', { DATABASE_URL: 'postgres://127.0.0.1:1/shop' }],
    ['sqlite', { DATABASE_URL: 'sqlite:./jobs.sqlite' }],
  ])('takes the backend of %s along in a bundle, and asks Node for no more', async (name, env) => {
    const away = mkdtempSync(join(tmpdir(), 'philjs-jobs-'));
    onTestFinished(() => rmSync(away, { recursive: true }));
    const outfile = join(away, 'bundle.cjs');
    await build({
      stdin: { contents: ONE_QUEUE, resolveDir: folder },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'silent',
      outfile,
    });
    expect(run(process.execPath, outfile, env)).toBe(`${name}\n`);
  });

  it.each([
    ['redis', { REDIS_URL: 'redis://127.0.0.1:1' }],
    ['postgres', { DATABASE_URL: 'postgres://127.0.0.1:1/shop' }],
    ['sqlite', { DATABASE_URL: 'sqlite:./jobs.sqlite' }],
  ])('takes the backend of %s along in one module, given a `require`', async (name, env) => {
    const away = mkdtempSync(join(tmpdir(), 'philjs-jobs-'));
    onTestFinished(() => rmSync(away, { recursive: true }));
    const outfile = join(away, 'bundle.mjs');
    await build({
      stdin: {
        contents: ONE_QUEUE.replace("const { createQueue } = require('@philjs/jobs')", IMPORT),
        resolveDir: folder,
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js: BANNER ?? '' },
      plugins: [asPublished],
      logLevel: 'silent',
      outfile,
    });
    expect(run(process.execPath, outfile, { ...env, NODE_PATH: '' })).toBe(`${name}\n`);
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
