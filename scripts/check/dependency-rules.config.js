// Rules for dependency-cruiser: https://github.com/sverweij/dependency-cruiser/blob/main/doc/rules-reference.md
import { workspacePackages } from '../setup/workspace-packages.js';

/** They see more than core: the umbrella all of it, the others in their tests or programs only. */
const excepted = ['jobs', 'jobs-bench'];
const tests = '\\.test(-d)?\\.ts$|^packages/[^/]+/test/|\\.config\\.ts$';
const packages = workspacePackages('packages');

/** Files that are entered from outside: what a package exports, its commands, and a private one's program. */
const entries = packages.flatMap(({ path, manifest }) =>
  [
    ...Object.values({ '.': './src/main.ts', ...manifest.exports }),
    ...Object.values(manifest.bin ?? {}),
  ]
    .filter((file) => typeof file === 'string' && file.endsWith('.ts'))
    .map((file) => `^${path}/${file.replace('./', '').replaceAll('.', '\\.')}$`),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment:
        'Imports go down; what two modules share belongs below both. Types may refer to each other: ' +
        'a queue to its jobs, and the context of a job to its queue.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'only-core-across-packages',
      comment: 'A package imports nothing of another but @philjs/jobs-core.',
      severity: 'error',
      from: {
        path: '^packages/([^/]+)/src/',
        pathNot: [tests, `^packages/(${excepted.join('|')})/`],
      },
      to: { path: '^packages/', pathNot: ['^packages/$1/', '^packages/jobs-core/'] },
    },
    {
      name: 'no-reaching-into-packages',
      comment:
        'Another package is imported by its name, not by a path into it. (The tests of testkit try its suite on ' +
        'backends that themselves depend on testkit.)',
      severity: 'error',
      from: { path: '^(packages|examples)/([^/]+)/', pathNot: '^packages/jobs-testkit/test/' },
      to: {
        path: '^(packages|examples)/',
        pathNot: '^$1/$2/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'no-undeclared-dependency',
      comment: "What is imported is declared in the package's own package.json.",
      severity: 'error',
      from: { path: '^(packages|examples)/' },
      // A package of the workspace that is not declared does not resolve, and fails there.
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'undetermined'],
        pathNot: '^packages/',
      },
    },
    {
      name: 'no-development-dependency-in-source',
      comment: 'What is shipped imports what its users get: dependencies and peer dependencies.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: tests },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional'],
      },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-unused-module',
      comment: 'Every source is reached from an entry of its package.',
      severity: 'error',
      from: { path: entries.length > 0 ? entries : '^$' },
      to: { path: '^packages/[^/]+/src/', pathNot: [tests, ...entries], reachable: false },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['/(dist|coverage|\\.cache)/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
};
