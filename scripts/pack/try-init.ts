import { mkdtempSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { HANGS_AFTER, spawnCommand } from '../run/spawn-command.js';
import { root } from '../setup/workspace.js';
import { start } from '../stranger/project.ts';
import { serveRegistry } from './local-registry.ts';

/** The content of a folder before `init`: nothing, or the files that `npm init` writes. */
const STARTS = {
  'an empty folder': undefined,
  'a CommonJS package': '{ "name": "shop", "version": "1.0.0", "type": "commonjs" }\n',
} as const;

interface InitTrial {
  /** The packed packages, by name. */
  readonly tarballs: ReadonlyMap<string, string>;
  /** The Nodes to run on, by version. */
  readonly nodes: ReadonlyMap<string, string>;
  /** Where to work. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly report: (title: string, ok: boolean, details: string) => void;
}

/** Runs `init` of the packed package as a reader does, follows the steps it names, and looks whether the last one runs. */
export async function tryInit(trial: InitTrial): Promise<void> {
  const registry = await serveRegistry(trial.tarballs);
  try {
    for (const [title, manifest] of Object.entries(STARTS)) {
      const home = mkdtempSync(join(trial.folder, 'init-'));
      writeFileSync(join(home, '.npmrc'), `@philjs:registry=${registry.url}\n`);
      if (manifest !== undefined) writeFileSync(join(home, 'package.json'), manifest);
      await followInit(title, home, trial);
    }
  } finally {
    registry.close();
  }
}

async function followInit(title: string, home: string, trial: InitTrial): Promise<void> {
  const { nodes, report } = trial;
  const [node = process.execPath] = nodes.values();
  // The cache is of this run alone: npx would take an earlier build of the same version from the user's. `npm test` hands its
  // own cache on by this variable, which precedes what a `.npmrc` says.
  const env = { ...envOn(node, trial.env), npm_config_cache: join(trial.folder, 'npm-cache') };
  const run = (line: string): ReturnType<typeof spawnCommand> => {
    const [command = '', ...args] = line.split(' ');
    return spawnCommand(command, args, { cwd: home, env, timeout: HANGS_AFTER, quiet: true });
  };
  const made = await run('npx --yes @philjs/jobs init');
  const steps = [...made.output.matchAll(/^ {2}(np[mx] .+)$/gm)].map(([, step = '']) => step);
  const isNamed = made.code === 0 && steps.at(-1) === 'npx @philjs/jobs dev';
  report(`init in ${title} names the next steps: ${steps.join(', ')}`, isNamed, made.output);
  for (const step of steps.slice(0, -1)) {
    const { code, output } = await run(step);
    report(`init in ${title}: ${step}`, code === 0, output);
  }
  const stats = await run('npx @philjs/jobs --json stats');
  const isThere = stats.code === 0 && stats.output.includes('"queue":"default"');
  report(`init in ${title}: npx finds what it wrote`, isThere, stats.output);
  for (const [version, each] of nodes)
    await develop(`${title} on Node ${version}`, home, each, trial);
}

/** Starts the last step, by the installed command, so that it gets the signal that ends it. */
async function develop(
  title: string,
  home: string,
  node: string,
  { env, report }: InitTrial,
): Promise<void> {
  const command = join(home, 'node_modules/.bin/philjs-jobs');
  const program = start({ folder: home, env: envOn(node, env) }, command, ['dev', '--port', '0']);
  const problem = await program.seen(/The dashboard is at http:/).then(
    () => '',
    (error: Error) => error.message,
  );
  const { code, output } = await program.end();
  report(`init in ${title}: dev runs`, problem === '' && code === 0, problem || output);
}

/** The environment of a machine with one Node, nothing of the workspace, and no store. */
function envOn(node: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { REDIS_URL: _, DATABASE_URL: __, ...rest } = env;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((path) => !path.startsWith(root));
  return { ...rest, PATH: [dirname(node), ...folders].join(delimiter) };
}
