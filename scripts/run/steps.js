// Plain Node (>= 20): runs before anything is installed.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { olderNodeSteps } from '../nodes/older-nodes.js';
import { root } from '../setup/workspace.js';
import { workspacePackages } from '../setup/workspace-packages.js';

/** @import { Step } from './run-steps.js' */

// The time a step may take ends what hangs: a machine may be four times slower than those this is written on.
const minute = 60_000;
const parents = ['packages', 'examples'].filter((folder) => existsSync(join(root, folder)));
/** `biome ci` colours logs too by default. */
const biomeColours = process.stdout.isTTY ? [] : ['--colors=off'];
const depcruiseArgs = ['--config', 'scripts/check/dependency-rules.config.js', ...parents];
const typedocArgs = ['--options', 'check/typedoc.config.js', '--emit', 'none'];
/** Where tests have no configuration: Vitest's five seconds are short on a busy machine. */
const PATIENT = ['--testTimeout=300000', '--hookTimeout=300000'];
const resultsFolder = join(root, '.cache/results');

/** Matches the files that packed packages depend on, besides the sources, which other steps test. */
const PACKAGING =
  /(^|\/)(package\.json|tsconfig[^/]*\.json|tsdown\.[^/]+|inline-sources\.ts)$|^pnpm-|^scripts\/(pack|release)\/|^(packages\/[^/]+\/)?README\.md$/;
/** Matches the files of a reader of "Write a backend in 7 steps". */
const SEVEN_STEPS =
  /^docs\/write-a-backend\.md$|^templates\/|^packages\/jobs-testkit\/src\/|^packages\/[^/]+\/package\.json$/;

/** Matches the pages of the site, and what makes it. */
const SITE = /^docs\/(?!api\/)|^[A-Z_]+\.md$|^packages\/[^/]+\/README\.md$|^pnpm-lock\.yaml$/;

/** The longest steps, in the order in which they begin: none of them is left for the end. */
const LONGEST = [
  'unit:jobs',
  'unit:jobs-monitor',
  'unit:jobs-postgres',
  'unit:jobs-redis',
  'unit:jobs-scheduler',
  'unit:jobs-testkit',
  'install',
  'unit:jobs-sqlite',
  'examples:full-integration',
  'blocks',
  'seven-steps',
  'nodes:20',
  'nodes:22',
  'unit:jobs-bench',
  'unit:jobs-memory',
  'unit:jobs-core',
  'api',
  'examples:redis-backend',
  'examples:monitoring',
];

/**
 * Everything a change must pass: first what builds, alone, since all others use what it leaves; then what may run side
 * by side, the longest first; last, alone, the tests on real time.
 * @returns {Step[]}
 */
export function verifySteps() {
  const sideBySide = [...checks(), ...tests()].map((test) => ({ ...test, parallel: true }));
  const rank = (/** @type {Step} */ { id }) => LONGEST.indexOf(id) + 1 || LONGEST.length + 1;
  return [...builds(), ...sideBySide.sort((a, b) => rank(a) - rank(b)), realTimeTests()];
}

/** @returns {Step} the tests that compare spans of real time, of all packages */
function realTimeTests() {
  const entry = { folder: root, path: 'real-time' };
  const step = vitest(entry, 'unit', ['--config', 'vitest.realtime.config.ts']);
  return { ...step, id: 'real-time', title: 'Tests on real time', realTime: true };
}

/** @returns {Step[]} */
function builds() {
  return [
    step('types', 'Types and build', 'tsc', ['-b']),
    {
      ...step('packages', 'publint and attw on the packed packages', 'turbo', [
        'run',
        'check',
        '--output-logs=errors-only',
      ]),
      inputs: PACKAGING,
    },
  ];
}

/** @returns {Step[]} what is found without running the packages */
function checks() {
  return [
    step('lint', 'Format and lint', 'biome', ['ci', ...biomeColours, '--error-on-warnings', '.']),
    script('structure', 'File sizes and names', 'check/structure.ts'),
    script('words', 'Plain words', 'check/plain-words.ts'),
    script('shape', 'Shape of the packages', 'check/package-shape.ts'),
    tool('dependencies', 'Dependency rules', 'depcruise', depcruiseArgs),
    {
      ...tool('api', 'Doc comments of the public API', 'typedoc', typedocArgs),
      cwd: join(root, 'scripts'),
    },
  ];
}

/** @returns {Step[]} */
function tests() {
  return [
    ...workspacePackages('packages').filter(hasUnitTests).map(unitTests),
    testsOfScripts(),
    ...workspacePackages('examples').flatMap(exampleSteps),
    counted(script('links', 'Links of the documentation', 'docs/check-links.ts'), 'links'),
    {
      ...step('site', 'The documentation as a site', 'vitepress', ['build', 'docs']),
      inputs: SITE,
    },
    counted(script('blocks', 'Code blocks of the documentation', 'docs/run-blocks.ts'), 'blocks'),
    ...olderNodeSteps(),
    install('install'),
    sevenSteps('seven-steps'),
    // What each package installs is the test of `install`; `faults:release` prints the sizes too.
    release('release', '--dry-run', '--no-sizes'),
  ];
}

/**
 * The long tests: each file of `test/faults` by itself, those over servers, which take longest, after the others; a
 * stranger with the packed packages; what `npm test` leaves out while its inputs are the same; and how many lines the
 * unit tests run.
 * @returns {Step[]}
 */
export function faultSteps() {
  const stranger = script(
    'faults:stranger',
    'A stranger follows the quick start and tries each store, on Node 20 and 24',
    'stranger/stranger.ts',
  );
  const last = ['jobs-postgres', 'jobs-redis'];
  const tested = workspacePackages('packages')
    .filter(({ folder }) => existsSync(join(folder, 'vitest.faults.config.ts')))
    .sort((a, b) => last.indexOf(lastPart(a.path)) - last.indexOf(lastPart(b.path)));
  return [
    ...tested.flatMap(faultFiles),
    { ...counted(stranger, 'stranger'), timeout: 160 * minute, inputs: PACKAGING },
    // `.ci/run` has just run these, if they could end otherwise than before.
    install('faults:install'),
    sevenSteps('faults:seven-steps'),
    { ...release('faults:release', '--dry-run'), timeout: 80 * minute },
    ...workspacePackages('packages').filter(hasUnitTests).map(coverage),
  ];
}

/**
 * @param {import('../setup/workspace-packages.js').WorkspacePackage} entry
 * @returns {Step[]} one for each file, so that a budget leaves out as little as it must
 */
function faultFiles(entry) {
  const inputs = inputsOf(entry);
  const parent = join(entry.folder, 'test/faults');
  const files = readdirSync(parent, { recursive: true, encoding: 'utf8' });
  return files
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.test.ts'.length);
      const own = { ...entry, path: `${lastPart(entry.path)}/${name}` };
      const args = ['--config', 'vitest.faults.config.ts', `test/faults/${file}`];
      const title = `Fault tests of ${entry.name}: ${name}`;
      return { ...vitest(own, 'faults', args), title, timeout: 60 * minute, inputs };
    });
}

/** @param {string} id */
function install(id) {
  const base = script(id, 'Packed packages in an empty project', 'pack/try-install.ts');
  return { ...counted(base, 'install'), timeout: 40 * minute, inputs: PACKAGING };
}

/** @param {string} id */
function sevenSteps(id) {
  const entry = { folder: join(root, 'scripts'), path: id };
  const file = 'stranger/seven-steps.test.ts';
  const title = 'A backend is written in seven steps';
  return { ...vitest(entry, 'own', [file, ...PATIENT]), id, title, inputs: SEVEN_STEPS };
}

/**
 * @param {string} id
 * @param {...string} args
 */
function release(id, ...args) {
  const step = script(id, 'A release, but for publishing', 'release/release.ts');
  return { ...counted(withArgs(step, ...args), 'release'), inputs: PACKAGING };
}

/** @param {import('../setup/workspace-packages.js').WorkspacePackage} entry */
function unitTests(entry) {
  return { ...vitest(entry, 'unit', []), title: `Tests of ${entry.name}` };
}

/**
 * The same tests, counting the lines that they run, which nearly doubles the time of the processor that they take.
 * @param {import('../setup/workspace-packages.js').WorkspacePackage} entry
 * @returns {Step}
 */
function coverage(entry) {
  const own = { ...entry, path: `coverage/${lastPart(entry.path)}` };
  const title = `Lines of ${entry.name} that its tests run`;
  const step = vitest(own, 'faults', ['--coverage']);
  return { ...step, title, timeout: 60 * minute, inputs: inputsOf(entry) };
}

/**
 * Matches the files of a package, but for its documents.
 * @param {import('../setup/workspace-packages.js').WorkspacePackage} entry
 */
function inputsOf({ path }) {
  return new RegExp(`^${path}/(?!.*\\.md$)`);
}

/** The tests of what runs the tests. */
function testsOfScripts() {
  const folder = join(root, 'scripts');
  const args = ['--exclude=stranger/**', ...PATIENT];
  return { ...vitest({ folder, path: 'scripts' }, 'own', args), title: 'Tests of the scripts' };
}

/**
 * An example's own tests, which run it as its users do; or else the example itself.
 * @param {import('../setup/workspace-packages.js').WorkspacePackage} entry
 * @returns {Step[]}
 */
function exampleSteps(entry) {
  const { manifest, folder, path } = entry;
  const title = `Example ${lastPart(path)}`;
  if (manifest.scripts?.['test'] !== undefined) {
    // Without a configuration of their own: a user's tests have none.
    return [{ ...vitest(entry, 'examples', PATIENT), title }];
  }
  if (manifest.scripts?.['start'] === undefined) return [];
  const start = step(`examples:${lastPart(path)}`, title, 'pnpm', ['run', 'start']);
  return [{ ...start, cwd: folder, timeout: 4 * minute }];
}

/** @param {import('../setup/workspace-packages.js').WorkspacePackage} entry */
function hasUnitTests({ folder, manifest }) {
  return manifest.scripts?.['test'] !== undefined && existsSync(join(folder, 'src'));
}

/**
 * @param {{ folder: string, path: string }} entry
 * @param {string} kind
 * @param {readonly string[]} args
 * @returns {Step}
 */
function vitest({ folder, path }, kind, args) {
  const name = kind === 'faults' ? path : lastPart(path);
  const results = join(resultsFolder, `${kind}-${name.replaceAll('/', '-')}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  return {
    ...step(`${kind}:${name}`, name, 'vitest', ['run', ...args, ...reporters]),
    timeout: 30 * minute,
    cwd: folder,
    results,
  };
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} file
 */
function script(id, title, file) {
  return step(id, title, 'node', [
    '--disable-warning=ExperimentalWarning',
    join(root, 'scripts', file),
  ]);
}

/**
 * A tool that needs a TypeScript with a JS API, and is installed with one in `scripts/`.
 *
 * @param {string} id
 * @param {string} title
 * @param {string} name
 * @param {readonly string[]} args
 */
function tool(id, title, name, args) {
  return step(id, title, join(root, 'scripts/node_modules/.bin', name), args);
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Step}
 */
function step(id, title, command, args) {
  return { id, title, command, args, cwd: root, timeout: 20 * minute };
}

/**
 * @param {Step} base
 * @param {string} name
 * @returns {Step}
 */
function counted(base, name) {
  return { ...base, results: join(resultsFolder, `${name}.json`) };
}

/**
 * @param {Step} base
 * @param {...string} args
 * @returns {Step}
 */
function withArgs(base, ...args) {
  return { ...base, args: [...base.args, ...args] };
}

/** @param {string} path */
function lastPart(path) {
  return path.slice(path.lastIndexOf('/') + 1);
}
