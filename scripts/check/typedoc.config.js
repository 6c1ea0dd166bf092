// Options of TypeDoc: https://typedoc.org/documents/Options.html
import { workspacePackages } from '../setup/workspace-packages.js';

const packages = workspacePackages('packages').filter(({ manifest }) => manifest.private !== true);

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'PhilJS Jobs',
  entryPoints: packages.map(({ folder }) => `${folder}/src/index.ts`),
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
