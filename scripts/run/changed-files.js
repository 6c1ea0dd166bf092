// Plain Node (>= 20): runs before anything is installed.
import { execFileSync } from 'node:child_process';
import { root } from '../setup/workspace.js';

/**
 * Lists the files that differ from a commit: committed since, changed, or new and not ignored.
 *
 * @param {string} since a commit, branch or tag
 * @returns {string[]} relative to the root, with slashes, sorted
 * @throws when git does not know the commit
 */
export function changedFiles(since) {
  const changed = lines('diff', '--name-only', '--no-renames', since);
  const untracked = lines('ls-files', '--others', '--exclude-standard');
  return [...new Set([...changed, ...untracked])].sort();
}

/**
 * Returns the commit a change began at: where the branch left `main`, or the latest commit on `main` itself.
 *
 * @returns {string}
 */
export function startOfChange() {
  for (const main of ['origin/main', 'main']) {
    try {
      return lines('merge-base', 'HEAD', main)[0] ?? 'HEAD';
    } catch {
      // There is no such branch here.
    }
  }
  return 'HEAD';
}

/** @param {...string} args */
function lines(...args) {
  try {
    const output = execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
    return output.split('\n').filter((line) => line !== '');
  } catch (error) {
    const { stderr } = /** @type {{ stderr?: string }} */ (error);
    throw new Error(`\`git ${args.join(' ')}\` failed: ${stderr?.trim() || error}`);
  }
}
