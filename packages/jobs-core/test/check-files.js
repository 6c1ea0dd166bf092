// `node check-files.js <compiler> <folder>` prints what a compiler says of the files that a tsconfig.json names, as
// `tsc` does. It leaves out the sources that they import, which other steps check and which take longest.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const [compiler = '', folder = ''] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const ts = require(compiler);

if (ts.createProgram === undefined) {
  // The native compiler checks everything in a second.
  const program = join(dirname(require.resolve(`${compiler}/package.json`)), 'bin/tsc');
  const args = [program, '-p', folder];
  try {
    execFileSync(process.execPath, args, { cwd: folder, stdio: 'inherit' });
  } catch {
    // It has printed what it found.
  }
} else {
  const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const program = ts.createProgram(fileNames, options);
  const found = fileNames.flatMap((/** @type {string} */ name) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(name)),
  );
  const host = {
    getCurrentDirectory: () => folder,
    getCanonicalFileName: (/** @type {string} */ name) => name,
    getNewLine: () => '\n',
  };
  process.stdout.write(ts.formatDiagnostics(ts.sortAndDeduplicateDiagnostics(found), host));
}
