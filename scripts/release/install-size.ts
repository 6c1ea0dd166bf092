import { lstatSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listInstalled } from '../pack/list-installed.ts';
import { publicPackages } from '../pack/pack-packages.ts';
import { HANGS_AFTER, spawnCommand } from '../run/spawn-command.js';

/** Describes the packages that an installation brings along. */
export interface InstallSize {
  readonly bytes: number;
  readonly packages: number;
}

/** Installs packed packages into an empty project, and measures its `node_modules`. */
export async function installSize(
  names: readonly string[],
  tarballs: ReadonlyMap<string, string>,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<InstallSize> {
  const app = mkdtempSync(join(folder, 'app-'));
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }\n');
  const files = names.map((name) => tarballs.get(name) ?? name);
  const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', ...files];
  const options = { cwd: app, env, timeout: HANGS_AFTER, quiet: true };
  const { code, output } = await spawnCommand('npm', args, options);
  if (code !== 0) throw new Error(`${names[0]} cannot be installed:\n${output}`);
  const modules = join(app, 'node_modules');
  return { bytes: sizeOf(modules), packages: listInstalled(modules).length };
}

/** A package, and those of the workspace that it asks for. */
export function closureOf(name: string, found: readonly string[] = []): readonly string[] {
  const entry = publicPackages.find((candidate) => candidate.name === name);
  if (entry === undefined || found.includes(name)) return found;
  const { dependencies, peerDependencies, peerDependenciesMeta = {} } = entry.manifest;
  const wanted = Object.keys({ ...dependencies, ...peerDependencies }).filter(
    (other) => peerDependenciesMeta[other]?.optional !== true,
  );
  return wanted.reduce<readonly string[]>((all, other) => closureOf(other, all), [...found, name]);
}

/** Writes a size for people. */
export function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000).toLocaleString('en')} kB`;
}

function sizeOf(path: string): number {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
