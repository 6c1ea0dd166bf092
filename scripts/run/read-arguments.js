/**
 * Reads the command line of a script. `--help` says how it is used; what makes no sense is said together
 * with that, and ends the process with code 2.
 *
 * @template T
 * @param {string} usage
 * @param {(args: string[]) => T} read throws what is wrong
 * @returns {T}
 */
export function readArguments(usage, read) {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage);
    process.exit(0);
  }
  try {
    return read(args);
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n\n${usage}`);
    process.exit(2);
  }
}
