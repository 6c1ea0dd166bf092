import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HANGS_AFTER, spawnCommand } from '../run/spawn-command.js';
import { workspaceEnv } from '../setup/workspace.js';
import type { Program } from './plan-blocks.ts';

/** Type-checks the programs against the sources of the workspace, in one run; gives the errors of each. */
export async function checkPrograms(
  workspace: string,
  programs: readonly Program[],
  folderOf: (program: Program) => string,
): Promise<Map<Program, string[]>> {
  const byFile = new Map(
    programs
      .filter(({ check }) => check)
      .map((program) => [join(folderOf(program), program.file), program] as const),
  );
  const errors = new Map<Program, string[]>();
  if (byFile.size === 0) return errors;

  const config = {
    extends: '../../tsconfig.test.json',
    compilerOptions: {
      noUnusedLocals: false,
      noUnusedParameters: false,
      noPropertyAccessFromIndexSignature: false,
    },
    files: [...byFile.keys()],
  };
  writeFileSync(join(workspace, 'tsconfig.json'), JSON.stringify(config, null, 2));
  const { code, output } = await spawnCommand('tsc', ['-p', 'tsconfig.json', '--pretty', 'false'], {
    cwd: workspace,
    env: workspaceEnv(),
    timeout: HANGS_AFTER,
    quiet: true,
  });
  let last: Program | undefined;
  for (const text of output.split('\n')) {
    const match = /^(?<file>\S.*?)\((?<line>\d+),(?<column>\d+)\): (?<message>.*)$/.exec(text);
    const { file = '', line, column, message } = match?.groups ?? {};
    if (match) last = byFile.get(join(workspace, file));
    if (last === undefined) continue;
    const shown = match ? `${last.document}:${line}:${column}: ${message}` : text;
    if (shown.trim() !== '') errors.set(last, [...(errors.get(last) ?? []), shown]);
  }
  if (code !== 0 && errors.size === 0) throw new Error(`tsc failed:\n${output}`);
  return errors;
}
