// Holds every package to the one shape: what its package.json says, and the files beside it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { root } from '../setup/workspace.js';
import { workspacePackages } from '../setup/workspace-packages.js';
import { listFiles } from './list-files.ts';

type Json = Readonly<Record<string, unknown>>;

const core = '@philjs/jobs-core';
const files = ['LICENSE', 'tsconfig.json', 'tsconfig.build.json', 'tsconfig.test.json'];
const installScripts = ['preinstall', 'install', 'postinstall', 'prepare'];
const problems: string[] = [];

const references = readFileSync(join(root, 'tsconfig.json'), 'utf8');

for (const { name, folder, path } of workspacePackages('packages')) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Json;
  const expect = (field: string, expected: unknown, actual: unknown = manifest[field]): void => {
    if (isDeepStrictEqual(actual, expected)) return;
    const [want, got] = [JSON.stringify(expected), JSON.stringify(actual)];
    problems.push(`${path}/package.json: expected \`${field}\` to be ${want}, got ${got}`);
  };

  expect('name', `@philjs/${path.slice('packages/'.length)}`);
  expect('type', 'module');
  expect('license', 'MIT');
  for (const script of installScripts)
    expect(`scripts.${script}`, undefined, at(manifest, 'scripts', script));
  if (!references.includes(`"${path}"`)) problems.push(`tsconfig.json: no reference to ${path}`);
  if (manifest['private'] === true) continue;

  expect('sideEffects', false);
  // What the page of the package on npm links to; with `directory`, the relative links of its README work there.
  const site = 'https://github.com/philjs/jobs';
  expect('homepage', `${site}/tree/main/${path}#readme`);
  expect('bugs', { url: `${site}/issues` });
  expect('repository', { type: 'git', url: `git+${site}.git`, directory: path });
  // A package that needs what a later Node brings says so in `philjs.node`, and is tried there only.
  expect('engines', { node: at(manifest, 'philjs', 'node') ?? '>=20' });
  expect('main', undefined);
  for (const folderName of ['dist', 'src', '!src/**/*.test.ts', '!src/**/*.test-d.ts']) {
    const listed = Array.isArray(manifest['files']) && manifest['files'].includes(folderName);
    if (!listed) problems.push(`${path}/package.json: \`files\` lacks ${folderName}`);
  }
  for (const [entry, target] of Object.entries(at(manifest, 'publishConfig', 'exports') ?? {})) {
    if (typeof target !== 'object') continue;
    expect(
      `publishConfig.exports["${entry}"] (keys)`,
      ['types', 'default'],
      Object.keys(target as Json),
    );
  }
  const peer = at(manifest, 'peerDependencies', core);
  const direct = at(manifest, 'dependencies', core);
  if (name !== core && direct === undefined)
    expect(`peerDependencies["${core}"]`, rangeOf(folder), peer);
  if (peer !== undefined) {
    expect(`devDependencies["${core}"]`, 'workspace:*', at(manifest, 'devDependencies', core));
  }
  for (const file of files) {
    if (!existsSync(join(folder, file))) problems.push(`${path}: no ${file}`);
  }
  for (const other of notInstalled(readFileSync(join(folder, 'README.md'), 'utf8')))
    problems.push(`${path}/README.md: the first example imports ${other}, which is not installed`);
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

/**
 * Returns the range in which a package takes core. The entry `internal` promises nothing from one minor to the next, so
 * a package that imports it takes one minor.
 */
function rangeOf(folder: string): string {
  const sources = listFiles(join(folder, 'src'), /\.ts$/).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  const isOwn = sources.some((file) => readFileSync(file, 'utf8').includes(`'${core}/internal'`));
  return isOwn ? 'workspace:~' : 'workspace:^';
}

/** The packages that the first example of a README imports, and no `npm install` in it names. */
function notInstalled(readme: string): string[] {
  const installed = [...readme.matchAll(/npm install ([^\n#]*)/g)].flatMap(([, names = '']) =>
    names.trim().split(/\s+/),
  );
  const [, example = ''] = /```ts[^\n]*\n([\s\S]*?)```/.exec(readme) ?? [];
  const imported = [...example.matchAll(/from '(@philjs\/[^'/]+)/g)].map(([, name = '']) => name);
  return imported.filter((name) => !installed.includes(name));
}

function at(value: Json, field: string, key: string): unknown {
  const inner = value[field];
  return typeof inner === 'object' && inner !== null ? (inner as Json)[key] : undefined;
}
