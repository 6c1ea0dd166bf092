// Options of TypeDoc: https://typedoc.org/documents/Options.html
import { workspacePackages } from '../setup/workspace-packages.js';

const packages = workspacePackages('packages').filter(({ manifest }) => manifest.private !== true);

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'PhilJS Jobs',
  // What several entries export is described where it is no alias: in those for authors, which come first.
  entryPoints: packages.flatMap(({ folder, manifest }) => [
    ...['./backend', './conformance']
      .filter((entry) => manifest.exports !== undefined && entry in manifest.exports)
      .map((entry) => `${folder}/src/${entry.slice(2)}.ts`),
    `${folder}/src/index.ts`,
  ]),
  entryPointStrategy: 'resolve',
  plugin: ['./typedoc-literals.js'],
  tsconfig: 'tsconfig.api.json',
  readme: 'none',
  basePath: '../..',
  displayBasePath: '../..',
  excludePrivate: true,
  excludeProtected: true,
  excludeExternals: true,
  validation: {
    notExported: true,
    invalidLink: true,
    invalidPath: true,
    rewrittenLink: true,
    notDocumented: true,
    unusedMergeModuleWith: true,
  },
  packagesRequiringDocumentation: packages.map(({ name }) => name),
  requiredToBeDocumented: [
    'Module',
    'Variable',
    'Function',
    'Class',
    'Interface',
    'TypeAlias',
    'Property',
    'Method',
    'Accessor',
    'Constructor',
  ],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  githubPages: false,
  disableGit: true,
  sourceLinkTemplate: 'https://github.com/philjs/jobs/blob/main/{path}#L{line}',
};
