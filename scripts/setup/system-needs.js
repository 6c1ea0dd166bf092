// Plain Node (>= 20): runs before anything is installed.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnCommand } from '../run/spawn-command.js';
import { findProgram } from './find-program.js';
import { workspacePackages } from './workspace-packages.js';

/**
 * Programs a package may ask for with `"philjs": { "needs": ["redis-server"] }` in its package.json:
 * the names they go by, the variable that tells the tests where they are, and the Debian package that brings them.
 *
 * @type {Record<string, { programs: string[], variable: string, debian: string, versions?: string }>}
 */
const known = {
  'redis-server': {
    programs: ['redis-server', 'valkey-server'],
    variable: 'REDIS_SERVER_BIN',
    debian: 'redis-server',
  },
  'valkey-server': {
    programs: ['valkey-server'],
    variable: 'VALKEY_SERVER_BIN',
    debian: 'valkey-server',
  },
  postgres: {
    programs: ['postgres'],
    variable: 'POSTGRES_BIN',
    debian: 'postgresql',
    // Debian keeps each version in a folder of its own, off the PATH.
    versions: '/usr/lib/postgresql',
  },
  pgbouncer: { programs: ['pgbouncer'], variable: 'PGBOUNCER_BIN', debian: 'pgbouncer' },
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    variable: 'CHROMIUM_BIN',
    debian: 'chromium',
  },
  python3: { programs: ['python3'], variable: 'PYTHON_BIN', debian: 'python3' },
  promtool: { programs: ['promtool'], variable: 'PROMTOOL_BIN', debian: 'prometheus' },
};

/**
 * Finds every program that a package of the workspace needs, and installs the missing ones where that is possible:
 * as root on Debian. Elsewhere it fails with the command to run.
 *
 * @returns {Promise<Record<string, string>>} the variables that tell the tests where the programs are
 */
export async function ensureSystemNeeds() {
  /** @type {Record<string, string>} */
  const variables = {};
  for (const [need, askers] of declaredNeeds()) {
    const entry = known[need];
    if (entry === undefined) {
      throw new Error(
        `${askers.join(', ')} needs \`${need}\`, which scripts/setup/system-needs.js does not know.`,
      );
    }
    const given = process.env[entry.variable];
    const found = (given || undefined) ?? find(entry) ?? (await install(need, askers));
    variables[entry.variable] = found;
    console.log(`${need}: ${found} (for ${askers.join(', ')})`);
  }
  return variables;
}

/**
 * Finds a program on the PATH, or in the folder of its newest version.
 *
 * @param {{ programs: string[], versions?: string }} entry
 * @returns {string | undefined}
 */
function find({ programs, versions }) {
  const found = findProgram(programs);
  if (found !== undefined || versions === undefined || !existsSync(versions)) return found;
  const newest = readdirSync(versions).sort((a, b) => Number(b) - Number(a));
  return newest
    .flatMap((version) => programs.map((program) => join(versions, version, 'bin', program)))
    .find((file) => existsSync(file));
}

function declaredNeeds() {
  /** @type {Map<string, string[]>} */
  const needs = new Map();
  for (const { name, manifest } of workspacePackages()) {
    for (const need of manifest.philjs?.needs ?? []) {
      needs.set(need, [...(needs.get(need) ?? []), name]);
    }
  }
  return needs;
}

/**
 * @param {string} need
 * @param {readonly string[]} askers
 */
async function install(need, askers) {
  const entry = /** @type {typeof known[string]} */ (known[need]);
  const { programs, variable, debian } = entry;
  const root = process.getuid?.() === 0;
  if (root && existsSync('/usr/bin/apt-get')) {
    console.log(`Installing ${debian} with apt-get ...`);
    await aptGet('update', '-q');
    await aptGet('install', '-y', '-q', '--no-install-recommends', debian);
    const found = find(entry);
    if (found !== undefined) return found;
  }
  const sudo = root ? '' : 'sudo ';
  throw new Error(
    `The tests of ${askers.join(', ')} need ${programs.join(' or ')}, which is not on the PATH.\n` +
      'Install it, on Debian or Ubuntu with:\n' +
      `  ${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${debian}\n` +
      `or say where it is with ${variable}=/path/to/${programs[0]}.`,
  );
}

/**
 * How long apt-get waits for a lock, and how long it may take: who kills it while it installs leaves the machine half
 * installed. In milliseconds.
 */
const LOCKED_FOR = 10 * 60_000;
const INSTALLED_WITHIN = 30 * 60_000;

/**
 * Runs apt-get, after another test run, or the machine itself, that is using it: `update` does not wait by itself.
 *
 * @param {...string} args
 */
async function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const endsAt = performance.now() + LOCKED_FOR;
  for (;;) {
    const options = { env, timeout: INSTALLED_WITHIN, quiet: true };
    const { output } = await spawnCommand('apt-get', args, options);
    console.log(output);
    if (!output.includes('Could not get lock') || performance.now() > endsAt) return;
    await sleep(3000);
  }
}
