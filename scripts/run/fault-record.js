// Plain Node (>= 20): runs before anything is installed.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/workspace.js';
import { changedFiles } from './changed-files.js';

/** @import { Step, StepResult } from './run-steps.js' */

/** The last commit in which all fault tests ran and passed, and the seconds that each took: kept in the repository. */
const recordFile = join(root, '.ci/faults.json');
/** The commit in which each step last passed here, the one that ran longest ago first: not kept in the repository. */
const passedFile = join(root, '.ci/passed.json');
/** The seconds that one is taken to last of which nothing is known. */
const GUESS = 30;

/** @returns {{ commit?: string, seconds: Record<string, number> }} */
export function faultRecord() {
  return { seconds: {}, ...read(recordFile) };
}

/**
 * Tells whether something that a step depends on has changed since a commit, or may have: the commit may not be there.
 *
 * @param {Step} step
 * @param {string | undefined} commit
 */
export function hasChanged({ inputs }, commit) {
  if (inputs === undefined) return true;
  return filesSince(commit)?.some((file) => inputs.test(file)) ?? true;
}

/**
 * Sorts fault tests: first those whose package changed since they last passed, then the others. Among each, those come
 * first that did not pass here yet, or longest ago: so what was left out goes first the next time.
 *
 * @param {readonly Step[]} steps
 * @returns {Step[]}
 */
export function inOrder(steps) {
  const { commit, seconds } = faultRecord();
  const passed = read(passedFile);
  const ids = Object.keys(passed);
  const rank = (/** @type {Step} */ step) =>
    (hasChanged(step, passed[step.id] ?? commit) ? 0 : ids.length + 1) + ids.indexOf(step.id);
  return steps
    .map((step) => ({ step: { ...step, seconds: seconds[step.id] ?? GUESS }, rank: rank(step) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ step }) => step);
}

/**
 * Records which fault tests passed; and, when all of them did in a tree without other changes, the commit.
 *
 * @param {readonly StepResult[]} results
 * @param {boolean} all whether these were all there are
 */
export function recordRuns(results, all) {
  const head = git('rev-parse', 'HEAD');
  if (head === undefined) return;
  const passed = read(passedFile);
  for (const { step, ok } of results) {
    delete passed[step.id];
    if (ok) passed[step.id] = head;
  }
  write(passedFile, passed);
  if (!all || results.some(({ ok }) => !ok)) return;
  if (git('status', '--porcelain') !== '') {
    console.log('\nThe commit is not recorded: the tree has changes that it does not hold.');
    return;
  }
  const seconds = results.map(({ step, seconds }) => [step.id, Math.ceil(seconds)]);
  write(recordFile, { commit: head, seconds: Object.fromEntries(seconds) });
  console.log(`\n.ci/faults.json says that all fault tests passed in ${head}: commit it.`);
}

/** @type {Map<string, string[] | undefined>} */
const since = new Map();

/** @param {string | undefined} commit */
function filesSince(commit) {
  if (commit === undefined) return undefined;
  if (!since.has(commit)) since.set(commit, tryChangedFiles(commit));
  return since.get(commit);
}

/** @param {string} commit */
function tryChangedFiles(commit) {
  try {
    return changedFiles(commit);
  } catch {
    return undefined; // It is not in this clone.
  }
}

/** @param {...string} args */
function git(...args) {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined; // The sources were copied without their history.
  }
}

/** @param {string} file */
function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** @param {string} file @param {unknown} value */
function write(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
