// Plain Node (>= 20): runs before anything is installed.
import { existsSync, readFileSync } from 'node:fs';
import { spawnCommand } from './spawn-command.js';

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {string} title
 * @property {string} command
 * @property {readonly string[]} args
 * @property {string} cwd
 * @property {number} timeout ms
 * @property {string} [results] a JSON file the step leaves: Vitest's report, or `{ passed, failed }`
 */

/**
 * @typedef {object} StepResult
 * @property {Step} step
 * @property {boolean} ok
 * @property {number} seconds
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * Runs the steps one after another, all of them, whatever fails.
 *
 * @param {readonly Step[]} steps
 * @param {NodeJS.ProcessEnv} env
 * @param {number} [budget] minutes: what has not begun by then is named, not run
 */
export async function runSteps(steps, env, budget = Number.POSITIVE_INFINITY) {
  /** @type {StepResult[]} */
  const results = [];
  const endsAt = performance.now() + budget * 60_000;
  for (const [index, step] of steps.entries()) {
    if (performance.now() >= endsAt) {
      console.log(
        `\n── ${index + 1}/${steps.length} ${step.title} (${step.id}): not run, the ${budget} minutes are over`,
      );
      continue;
    }
    console.log(`\n── ${index + 1}/${steps.length} ${step.title} (${step.id})`);
    const startedAt = performance.now();
    const { cwd, timeout } = step;
    const { code, timedOut } = await spawnCommand(step.command, step.args, { cwd, env, timeout });
    const seconds = (performance.now() - startedAt) / 1000;
    if (timedOut) console.error(`Killed after ${timeout / 1000} s.`);
    const counts = countResults(step, code);
    const ok = code === 0 && counts.failed === 0;
    results.push({ step, ok, seconds, ...counts });
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    console.log(
      `${ok ? '✔' : '✘'} ${step.title}: ${counts.passed} passed, ${counts.failed} failed${skipped} in ${seconds.toFixed(1)} s`,
    );
  }
  return results;
}

/**
 * Prints one line a step and adds the counts up.
 * @param {readonly StepResult[]} results
 */
export function summarise(results) {
  console.log('\n── Summary');
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  let seconds = 0;
  for (const result of results) {
    passed += result.passed;
    failed += result.failed;
    skipped += result.skipped;
    seconds += result.seconds;
    const { step } = result;
    const time = `${result.seconds.toFixed(1)} s`.padStart(8);
    const counts = `${result.passed} passed, ${result.failed} failed`;
    console.log(`${result.ok ? '✔' : '✘'} ${time}  ${step.id.padEnd(24)} ${counts}`);
  }
  console.log(`  ${`${seconds.toFixed(1)} s`.padStart(8)}  in all`);
  const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return { passed, failed, skipped, line };
}

/**
 * @param {Step} step
 * @param {number} code
 */
function countResults(step, code) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (step.results === undefined) {
    return code === 0 ? { ...counts, passed: 1 } : { ...counts, failed: 1 };
  }
  if (existsSync(step.results)) {
    const report = JSON.parse(readFileSync(step.results, 'utf8'));
    counts.passed = report.numPassedTests ?? report.passed;
    counts.failed = report.numFailedTests ?? report.failed;
    counts.skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
  }
  // Something beside the tests themselves: coverage below its threshold, a file that does not load, a crash.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}
