// Builds, checks and packs every package, looks at what would be published, prints sizes, and publishes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { packPackages, publicPackages } from '../pack/pack-packages.ts';
import { readArguments } from '../run/read-arguments.js';
import { spawnCommand } from '../run/spawn-command.js';
import { root, workspaceEnv } from '../setup/workspace.js';
import { examineTarball } from './examine-tarball.ts';
import { closureOf, installSize, kilobytes } from './install-size.ts';

const USAGE = `Usage: pnpm release [--dry-run [--no-sizes]]

Builds, checks and packs every package, prints what users would install, and publishes it.

Options:
  --dry-run   everything but publishing
  --no-sizes  does not install each package to see what comes with it
  -h, --help  this
`;

const { values } = readArguments(USAGE, (args) =>
  parseArgs({
    args,
    options: {
      'dry-run': { type: 'boolean', default: false },
      'no-sizes': { type: 'boolean', default: false },
    },
  }),
);
const env = workspaceEnv();
const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-release-'));
const problems: string[] = [];

try {
  await must('turbo', ['run', 'build', 'check', '--output-logs=errors-only']);
  const tarballs = await packPackages(folder, env);
  const sizes: Record<string, unknown>[] = [];
  for (const { name, manifest } of publicPackages) {
    const { packed, unpacked, files, problems: found } = examineTarball(tarballs.get(name) ?? '');
    problems.push(...found.map((problem) => `${name}: ${problem}`));
    sizes.push({
      package: `${name}@${manifest.version}`,
      files,
      packed: kilobytes(packed),
      unpacked: kilobytes(unpacked),
      ...(!values['no-sizes'] && (await installedSize(name, tarballs))),
    });
  }
  console.table(sizes);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

for (const problem of problems) console.error(problem);
const results = join(root, '.cache/results/release.json');
mkdirSync(dirname(results), { recursive: true });
const failed = problems.length;
writeFileSync(results, JSON.stringify({ passed: publicPackages.length, failed }));
if (failed > 0) process.exitCode = 1;
else if (values['dry-run']) console.log('Nothing was published: --dry-run.');
else await must('changeset', ['publish']);

/** Says what a package brings along when it is installed. */
async function installedSize(
  name: string,
  tarballs: ReadonlyMap<string, string>,
): Promise<Record<string, unknown>> {
  const { bytes, packages } = await installSize(closureOf(name), tarballs, folder, env);
  return { installed: kilobytes(bytes), 'packages installed': packages };
}

async function must(command: string, args: readonly string[]): Promise<void> {
  const { code } = await spawnCommand(command, args, { cwd: root, env });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}
