// Plain Node (>= 20): runs before anything is installed.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Finds the first of the programs that is on the machine's PATH; what a `node_modules` holds is not the machine's.
 *
 * @param {readonly string[]} programs
 * @returns {string | undefined} its absolute path
 */
export function findProgram(programs) {
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !/[\\/]node_modules[\\/]/.test(`${folder}/`));
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  return programs
    .flatMap((program) =>
      folders.flatMap((folder) => endings.map((end) => join(folder, program + end))),
    )
    .find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
