// Plain Node (>= 20): runs before anything is installed.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { describeFailures, failedTests } from './describe-failures.js';
import { sideBySide } from './side-by-side.js';
import { spawnCommand } from './spawn-command.js';

/**
 * The longest time of a step that runs beside others, in milliseconds: a step that hangs ends, and is named, before the
 * hour is over that CI gives to all.
 */
const LONGEST_SHARED = 45 * 60_000;

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {string} title
 * @property {string} command
 * @property {readonly string[]} args
 * @property {string} cwd
 * @property {number} timeout ms
 * @property {RegExp} [inputs] the files it depends on; without it, all
 * @property {number} [seconds] how long it takes, where that is known
 * @property {boolean} [parallel] whether it may run beside others
 * @property {boolean} [realTime] whether it runs by itself, after all others, and what fails in it once more
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
 * @property {number} code the exit code
 * @property {number} [killedAfter] the seconds after which it was killed, if it was
 * @property {readonly string[]} [unsteady] the tests that ran twice, with both results
 * @property {string} output what it printed, unless that went to a terminal
 */

/**
 * Runs the steps, all of them, whatever fails: one after another, or some side by side, after those that may not.
 * Those that run side by side show their output when they end.
 *
 * @param {readonly Step[]} steps
 * @param {NodeJS.ProcessEnv} env
 * @param {{ budget?: number, parallel?: number }} [options] `budget` in minutes: what would not end by then, as far as is known,
 *   is named, not run. `parallel`: the number of steps at once, for those that may; each then gets as many times its time,
 *   up to 45 minutes.
 */
export async function runSteps(
  steps,
  env,
  { budget = Number.POSITIVE_INFINITY, parallel = 1 } = {},
) {
  /** @type {StepResult[]} */
  const results = [];
  const startedAt = performance.now();
  const endsAt = startedAt + budget * 60_000;
  const queue = [...steps.entries()].filter(([, { realTime }]) => !realTime);
  const shared = steps.filter((step) => step.parallel).length;
  const most = Math.min(parallel, shared);
  const alone = most <= 1 ? queue.length : queue.length - shared;
  /** @param {[number, Step]} entry @param {number} atOnce */
  const begin = async ([index, step], atOnce) => {
    const title = `── ${index + 1}/${steps.length} ${step.title} (${step.id})`;
    // A machine that was slow so far stays so.
    const expected = results.reduce((sum, { step }) => sum + (step.seconds ?? 0), 0) * 1000;
    const pace = Math.max(1, (performance.now() - startedAt) / Math.max(expected, 60_000));
    const fits = performance.now() + (step.seconds ?? 0) * 1000 * pace <= endsAt;
    if (fits) results.push(await runStep(step, env, title, atOnce));
  };
  for (const entry of queue.splice(0, alone)) await begin(entry, 1);
  await sideBySide(queue, most, (entry) => begin(entry, most));
  for (const entry of steps.entries()) {
    if (!entry[1].realTime) continue;
    await begin(entry, 1);
    const result = results.pop();
    if (result !== undefined) results.push(await runAgain(result, env));
  }
  return results;
}

/**
 * Runs each test that failed on real time once more, by itself: one that passes then has passed, and is named.
 *
 * @param {StepResult} result
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<StepResult>}
 */
async function runAgain(result, env) {
  const { step } = result;
  const unsteady = [];
  let { passed, failed } = result;
  for (const { file, fullName, name } of failedTests(step)) {
    if (fullName === undefined) continue;
    const results = `${step.results}.again.json`;
    rmSync(results, { force: true });
    const pattern = `^${fullName.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
    const args = step.args.map((arg) => arg.replace(String(step.results), results));
    const again = { ...step, results, args: [...args, file, '--testNamePattern', pattern] };
    const second = await runStep(again, env, `── Once more: ${name}`, 1);
    const isGreen = second.ok && second.passed > 0;
    unsteady.push(`${name}: failed, then ${isGreen ? 'passed' : 'failed'}`);
    passed += Number(isGreen);
    failed -= Number(isGreen);
  }
  return { ...result, passed, failed, ok: result.ok || failed === 0, unsteady };
}

/**
 * @param {Step} step
 * @param {NodeJS.ProcessEnv} env
 * @param {string} title
 * @param {number} atOnce the number of steps that run at once
 * @returns {Promise<StepResult>}
 */
async function runStep(step, env, title, atOnce) {
  const quiet = atOnce > 1;
  if (!quiet) console.log(`\n${title}`);
  const startedAt = performance.now();
  const { cwd } = step;
  const timeout = Math.max(step.timeout, Math.min(step.timeout * atOnce, LONGEST_SHARED));
  const options = { cwd, env, timeout, quiet };
  const { code, output, timedOut } = await spawnCommand(step.command, step.args, options);
  const seconds = (performance.now() - startedAt) / 1000;
  if (quiet) console.log(`\n${title}\n${output}`);
  if (timedOut) console.error(`Killed after ${timeout / 1000} s.`);
  const counts = countResults(step, code);
  const ok = code === 0 && counts.failed === 0;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  console.log(
    `${ok ? '✔' : '✘'} ${step.title}: ${counts.passed} passed, ${counts.failed} failed${skipped} in ${seconds.toFixed(1)} s`,
  );
  const killed = timedOut ? { killedAfter: timeout / 1000 } : {};
  return { step, ok, seconds, ...counts, code, output, ...killed };
}

/**
 * Prints one line a step, then what failed, and adds the counts up.
 * @param {readonly StepResult[]} results
 * @param {number} elapsed the time that all took together, in seconds
 */
export function summarise(results, elapsed) {
  console.log('\n── Summary');
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const result of results) {
    passed += result.passed;
    failed += result.failed;
    skipped += result.skipped;
    const { step } = result;
    const time = `${result.seconds.toFixed(1)} s`.padStart(8);
    const counts = `${result.passed} passed, ${result.failed} failed`;
    console.log(`${result.ok ? '✔' : '✘'} ${time}  ${step.id.padEnd(24)} ${counts}`);
  }
  console.log(`  ${`${elapsed.toFixed(1)} s`.padStart(8)}  in all`);
  const unsteady = results.flatMap((result) => result.unsteady ?? []);
  if (unsteady.length > 0) console.log(['\n── Unsteady', ...unsteady].join('\n'));
  const failures = describeFailures(results);
  if (failures.length > 0) console.log(['\n── Failed', ...failures].join('\n'));
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
