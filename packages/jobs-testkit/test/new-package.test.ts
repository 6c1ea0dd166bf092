import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const chapter = readFileSync(join(root, 'docs/write-a-backend.md'), 'utf8');

const workspaces: string[] = [];
let byCopy: string;
let byCommand: string;

beforeAll(() => {
  const [, firstStep = ''] = /^```sh[^\n]*\n(.*?)^```$/ms.exec(chapter) ?? [];
  expect(firstStep).toContain('cp -R templates/backend packages/jobs-tape');
  byCopy = makeIn((cwd) => execFileSync('bash', ['-euo', 'pipefail', '-c', firstStep], { cwd }));
  byCommand = makeIn((cwd) =>
    execFileSync('node', ['scripts/new-package.ts', 'jobs-tape'], { cwd }),
  );
});

afterAll(() => {
  for (const workspace of workspaces) rmSync(workspace, { recursive: true });
});

/** Makes the package in a copy of what the two ways read; returns its folder. */
function makeIn(make: (workspace: string) => unknown): string {
  const workspace = mkdtempSync(join(tmpdir(), 'new-package-'));
  workspaces.push(workspace);
  const filter = (path: string): boolean => !['node_modules', 'dist'].includes(basename(path));
  for (const name of ['scripts', 'templates', 'packages/jobs-memory', 'tsconfig.json']) {
    cpSync(join(root, name), join(workspace, name), { recursive: true, filter });
  }
  make(workspace);
  return join(workspace, 'packages/jobs-tape');
}

/** Reads the sources and the tests of a package. */
function sourcesOf(folder: string): Record<string, string> {
  const paths = ['src', 'test'].flatMap((part) =>
    readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(part, name),
    ),
  );
  return Object.fromEntries(
    paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
}

function manifestOf(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

it('makes the backend that a copy of the template is', () => {
  const made = sourcesOf(byCommand);
  expect(Object.keys(made)).toContain('src/engine.ts');
  expect(made).toEqual(sourcesOf(byCopy));
});

it('makes a package of the same name, with the same dependencies', () => {
  const parts = ({
    name,
    description,
    peerDependencies,
    devDependencies,
  }: Record<string, unknown>) => ({ name, description, peerDependencies, devDependencies });
  expect(parts(manifestOf(byCommand))).toEqual({
    ...parts(manifestOf(byCopy)),
    description: 'PhilJS Jobs on tape',
  });
});
