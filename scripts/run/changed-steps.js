// Plain Node (>= 20): runs before anything is installed.

/** @import { Step } from './run-steps.js' */

/** Checks of the whole workspace that take seconds. */
const ALWAYS = ['lint', 'types', 'structure', 'shape', 'dependencies', 'links'];
const DOCUMENT =
  /^(README|QUICK_START|CONTRIBUTING)\.md$|^docs\/.*\.md$|^packages\/[^/]+\/README\.md$/;

/**
 * Selects the steps that answer for a change: the quick checks, the tests of each changed package that import a
 * changed file, each changed example, and the blocks of each changed document.
 *
 * @param {readonly Step[]} steps
 * @param {readonly string[]} files what changed, relative to the root
 * @param {string} since the commit it is compared with
 * @returns {{ steps: Step[], leftOut: string[] }} `leftOut` has the ids of the other steps
 */
export function changedSteps(steps, files, since) {
  const documents = files.filter((file) => DOCUMENT.test(file));
  const chosen = steps.flatMap((step) => {
    if (ALWAYS.includes(step.id)) return [step];
    const [kind, name] = step.id.split(':');
    if (kind === 'unit' && files.some((file) => file.startsWith(`packages/${name}/`))) {
      return [relatedTests(step, since)];
    }
    if (kind === 'examples' && files.some((file) => file.startsWith(`examples/${name}/`))) {
      return [step];
    }
    if (kind === 'own' && files.some((file) => file.startsWith(`${name}/`))) return [step];
    if (kind === 'blocks' && documents.length > 0) {
      return [{ ...step, args: [...step.args, ...documents] }];
    }
    return [];
  });
  const ids = new Set(chosen.map(({ id }) => id));
  return {
    steps: chosen.sort((a, b) => rank(a) - rank(b)),
    leftOut: steps.map(({ id }) => id).filter((id) => !ids.has(id)),
  };
}

/**
 * Puts first the steps that run alone, then the tests, which take longest: the checks are done meanwhile.
 *
 * @param {Step} step
 */
function rank({ id, parallel = false }) {
  if (!parallel) return 0;
  return ALWAYS.includes(id) ? 2 : 1;
}

/**
 * @param {Step} step the tests of a package
 * @param {string} since
 * @returns {Step}
 */
function relatedTests(step, since) {
  return { ...step, args: [...step.args, `--changed=${since}`, '--passWithNoTests'] };
}
