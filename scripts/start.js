// `npm start`: plain Node (>= 20) on a fresh clone; installs what is missing, then runs the first example.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { spawnCommand } from './run/spawn-command.js';
import { ensureInstalled, root, workspaceEnv } from './setup/workspace.js';

const example = join(root, 'examples/basic-usage');

await ensureInstalled();
if (!existsSync(join(example, 'package.json'))) throw new Error('examples/basic-usage is missing.');
const { code } = await spawnCommand('pnpm', ['--silent', 'run', 'start'], {
  cwd: example,
  env: workspaceEnv(),
});
process.exitCode = code;
