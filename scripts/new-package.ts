// `pnpm new-package jobs-sqlite`: a package of the one shape, copied from jobs-memory without its code.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './run/read-arguments.js';
import { root } from './setup/workspace.js';

const USAGE = `Usage: pnpm new-package <name>

Makes packages/<name>, of the shape all packages have. The name is like jobs-sqlite.
`;

const name = readArguments(USAGE, ([given = '', ...more]) => {
  if (more.length > 0 || !/^jobs-[a-z][a-z0-9-]*$/.test(given)) {
    throw new Error(`Expected a name like jobs-sqlite, got \`${[given, ...more].join(' ')}\`.`);
  }
  if (existsSync(join(root, 'packages', given))) {
    throw new Error(`packages/${given} is there already.`);
  }
  return given;
});
const model = join(root, 'packages/jobs-memory');
const folder = join(root, 'packages', name);

mkdirSync(join(folder, 'src'), { recursive: true });
const shape = [
  'LICENSE',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.test.json',
  'vitest.config.ts',
];
for (const file of shape) cpSync(join(model, file), join(folder, file));

const manifest = JSON.parse(
  readFileSync(join(model, 'package.json'), 'utf8').replaceAll('jobs-memory', name),
);
manifest.version = '0.0.0';
manifest.description = 'What it is, in one sentence';
manifest.philjs = undefined;
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(
  join(folder, 'src/index.ts'),
  `/**\n * What it is, in one sentence.\n * @module\n */\nexport {};\n`,
);

const tsconfigFile = join(root, 'tsconfig.json');
const tsconfig = JSON.parse(readFileSync(tsconfigFile, 'utf8'));
const last = tsconfig.references.pop();
tsconfig.references.push({ path: `packages/${name}` }, last);
writeFileSync(tsconfigFile, `${JSON.stringify(tsconfig, null, 2)}\n`);

console.log(
  `packages/${name} is there. Next: its description and keywords, \`pnpm install\`, \`pnpm fix\`.`,
);
