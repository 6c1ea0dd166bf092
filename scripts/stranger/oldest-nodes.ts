import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstExample } from '../pack/first-example.ts';
import { publicPackages } from '../pack/pack-packages.ts';
import { HANGS_AFTER, spawnCommand } from '../run/spawn-command.js';
import type { WorkspacePackage } from '../setup/workspace-packages.js';
import type { Checklist } from './checklist.ts';

/** A folder of the stranger, in which npm finds our packages. */
interface Home {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The client and the runner that some packages ask for and do not bring along. */
const BESIDES = ['pg', '@opentelemetry/api', 'vitest'];

/**
 * Uses each package on the very first Node that its `engines` take: loads its entries, runs the first example of its
 * README, and some commands. npm installs these Nodes.
 */
export async function useOldestNodes(home: Home, checks: Checklist): Promise<void> {
  const floors = new Set(publicPackages.map(floorOf));
  const nodes = [...floors].map((version) => `node-${version}@npm:node@${version}`);
  const names = publicPackages.map(({ name }) => name);
  await run(home, 'npm', ['install', ...names, ...BESIDES, ...nodes]);
  for (const version of floors) {
    const packages = publicPackages.filter((entry) => floorOf(entry) === version);
    const node = join(home.folder, `node_modules/node-${version}/bin/node`);
    const check = async (title: string, args: readonly string[]): Promise<void> => {
      const { code, output } = await run(home, node, args);
      checks.note(`Node ${version}: ${title}`, code === 0 ? undefined : output);
    };
    for (const { name, folder, manifest } of packages) {
      const entries = Object.keys(manifest.exports ?? {}).filter((key) => !key.endsWith('.json'));
      const imports = entries.map((entry) => `import '${name}${entry.slice(1)}';`);
      await check(`loads ${name}`, ['--input-type=module', '--eval', imports.join('\n')]);
      const example = firstExample(join(folder, 'README.md'));
      if (example === undefined) continue;
      writeFileSync(join(home.folder, 'example.mjs'), example);
      await check(`runs the first example of ${name}`, ['example.mjs']);
    }
    if (!packages.some(({ name }) => name === '@philjs/jobs')) continue;
    const program = 'node_modules/@philjs/jobs/dist/cli/main.js';
    for (const command of ['--help', 'init', 'doctor']) {
      await check(`philjs-jobs ${command}`, [program, command]);
    }
  }
}

/** Makes a home for it. */
export function oldHome(parent: string, npmrc: string, env: NodeJS.ProcessEnv): Home {
  const folder = join(parent, 'old');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(join(folder, '.npmrc'), npmrc);
  return { folder, env };
}

/** The first version that a package takes. */
function floorOf({ manifest }: WorkspacePackage): string {
  const range = manifest.philjs?.node ?? '>=20';
  const [major = '0', minor = '0', patch = '0'] = range.match(/\d+/g) ?? [];
  return `${major}.${minor}.${patch}`;
}

function run({ folder, env }: Home, command: string, args: readonly string[]) {
  return spawnCommand(command, args, { cwd: folder, env, timeout: HANGS_AFTER, quiet: true });
}
