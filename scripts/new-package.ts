// `pnpm new-package jobs-sqlite`: the backend of templates/backend, in a package of the one shape that jobs-memory has.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './run/read-arguments.js';
import { root } from './setup/workspace.js';

const USAGE = `Usage: pnpm new-package <name>

Makes packages/<name>, of the shape all packages have, with the backend of templates/backend in it: what
copying that folder gives, and what publishing from this repository needs. The name is like jobs-sqlite.
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
const template = join(root, 'templates/backend');
const folder = join(root, 'packages', name);

/** The engine's names, in the template and in the new package: jobs-sqlite is `sqlite`, made by `sqliteBackend`. */
const engine = name.slice('jobs-'.length);
const factory = `${engine.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Backend`;

mkdirSync(folder, { recursive: true });
for (const part of ['src', 'test']) {
  cpSync(join(template, part), join(folder, part), { recursive: true });
  for (const file of readdirSync(join(folder, part))) {
    const path = join(folder, part, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replaceAll('my-engine', engine).replaceAll('myBackend', factory));
  }
}
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
for (const own of ['fast-check', '@philjs/jobs-faults']) delete manifest.devDependencies[own];
// The model also takes names that are without a promise, of one minor only.
manifest.peerDependencies['@philjs/jobs-core'] = 'workspace:^';
manifest.description = `PhilJS Jobs on ${engine}`;
manifest.keywords = manifest.keywords?.filter((keyword: string) => keyword !== 'in-memory');
manifest.philjs = undefined;
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);

const tsconfigFile = join(root, 'tsconfig.json');
const tsconfig = JSON.parse(readFileSync(tsconfigFile, 'utf8'));
const last = tsconfig.references.pop();
tsconfig.references.push({ path: `packages/${name}` }, last);
writeFileSync(tsconfigFile, `${JSON.stringify(tsconfig, null, 2)}\n`);

console.log(
  `packages/${name} is there. Next: its README.md, description and keywords, \`pnpm install\`, \`pnpm fix\`.`,
);
