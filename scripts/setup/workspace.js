// Plain Node (>= 20): runs before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnCommand } from '../run/spawn-command.js';
import { findProgram } from './find-program.js';

/** The root of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

const stampFile = join(root, 'node_modules/.installed');

/**
 * Installs the dependencies when they are missing or older than the lockfile.
 * Needs nothing but Node and npm: pnpm itself is fetched through `npx`.
 */
export async function ensureInstalled() {
  const stamp = installStamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;

  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  console.log(`Installing dependencies with ${manifest.packageManager} (frozen lockfile) ...`);
  const startedAt = Date.now();
  const { code } = await spawnCommand(
    'npx',
    ['--yes', manifest.packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'],
    { cwd: root },
  );
  if (code !== 0) throw new Error(`Installing the dependencies failed with exit code ${code}.`);
  writeFileSync(stampFile, stamp);
  console.log(`Dependencies installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`);
}

/**
 * Puts the workspace's own tools, its Node among them, before the machine's, whose Node `HOST_NODE` names. Node keeps
 * what it compiled for the next process, as the tests start hundreds that read the same sources.
 * @returns {NodeJS.ProcessEnv}
 */
export function workspaceEnv() {
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  // What npm or pnpm tell the script they run is not for the npm or pnpm that the script runs.
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle|command|execpath|config_local_prefix)|INIT_CWD)/i.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    [pathName]: [join(root, 'node_modules/.bin'), process.env[pathName]].join(delimiter),
    HOST_NODE: process.env['HOST_NODE'] ?? findProgram(['node']) ?? process.execPath,
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(root, '.cache/compiled'),
    TURBO_TELEMETRY_DISABLED: '1',
  };
}

function installStamp() {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}
