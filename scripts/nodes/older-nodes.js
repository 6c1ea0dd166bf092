// Plain Node (>= 20): runs before anything is installed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnCommand } from '../run/spawn-command.js';
import { root, workspaceEnv } from '../setup/workspace.js';

/** @import { Step } from '../run/run-steps.js' */

/** The Nodes that packages take besides the workspace's own, and the last Vitest that runs on all of them. */
const NODES = { 20: '20.20.2', 22: '22.23.3' };
const VITEST = 'vitest@3.2.4';

const folder = join(root, '.cache/nodes');

/** @returns {Step[]} the tests of core, memory and the scheduler on each older Node */
export function olderNodeSteps() {
  return Object.keys(NODES).map((major) => {
    const results = join(root, `.cache/results/nodes-${major}.json`);
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--config'];
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
    return {
      id: `nodes:${major}`,
      title: `Core, memory and the scheduler on Node ${major}`,
      command: join(folder, `node_modules/node-${major}/bin/node`),
      args: [...args, join(root, 'scripts/nodes/vitest.config.js'), ...reporters],
      cwd: folder,
      timeout: 30 * 60_000,
      results,
    };
  });
}

/** Installs the older Nodes, and a Vitest for them, with npm, unless they are there. */
export async function ensureOlderNodes() {
  const nodes = Object.entries(NODES).map(([major, exact]) => `node-${major}@npm:node@${exact}`);
  const packages = [VITEST, ...nodes];
  const stamp = join(folder, '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === packages.join()) return;
  console.log(`Installing ${packages.join(', ')} ...`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const { code, output } = await spawnCommand(
    'npm',
    ['install', '--no-audit', '--no-fund', '--no-save', ...packages],
    { cwd: folder, env: workspaceEnv(), quiet: true },
  );
  if (code !== 0) throw new Error(`The older Nodes cannot be installed:\n${output}`);
  writeFileSync(stamp, packages.join());
}
