import { join } from 'node:path';
import { sideBySide } from '../run/side-by-side.js';
import { HANGS_AFTER, spawnCommand } from '../run/spawn-command.js';
import { root } from '../setup/workspace.js';
import { type WorkspacePackage, workspacePackages } from '../setup/workspace-packages.js';

/** The packages that are published. */
export const publicPackages: readonly WorkspacePackage[] = workspacePackages('packages').filter(
  ({ manifest }) => manifest.private !== true,
);

/** Builds and packs what is published into a folder, as the registry would get it; answers the files by name. */
export async function packPackages(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> {
  const tarballs = new Map<string, string>();
  await must('turbo', ['run', 'build', '--output-logs=errors-only'], root, env);
  await sideBySide(publicPackages, 3, async ({ name, folder: own, manifest }) => {
    const file = `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
    await must('pnpm', ['pack', '--pack-destination', folder], own, env);
    tarballs.set(name, join(folder, file));
  });
  return tarballs;
}

async function must(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { code, output } = await spawnCommand(command, args, {
    cwd,
    env,
    timeout: HANGS_AFTER,
    quiet: true,
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}:\n${output}`);
}
