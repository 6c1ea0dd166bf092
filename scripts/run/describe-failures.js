// Plain Node (>= 20): runs before anything is installed.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** @import { StepResult } from './run-steps.js' */

/** All of it is read at the end of a log, of which there may be little more. */
const LINES_IN_ALL = 60;
const TESTS_OF_A_STEP = 12;
const LINES_OF_A_MESSAGE = 3;
const TELLING_LINES = 12;
const LAST_LINES = 15;
const WIDTH = 200;

/** Begins a line that tells of an error: of our scripts, of Vitest, of its coverage. */
const TELLING = /^\s*(✘|×|FAIL\b|ERROR\b|Error:|.*\bUnhandled )/;

/**
 * Names what failed, in some tens of lines: each failed step, its failed tests and how they failed; or, for a step
 * without failed tests, how it ended and what it said last.
 *
 * @param {readonly StepResult[]} results
 * @returns {string[]} lines; none when nothing failed
 */
export function describeFailures(results) {
  const lines = results.filter(({ ok }) => !ok).flatMap(describeStep);
  if (lines.length <= LINES_IN_ALL) return lines;
  const more = lines.length - LINES_IN_ALL + 1;
  return [...lines.slice(0, LINES_IN_ALL - 1), `… ${more} more lines`];
}

/** @param {StepResult} result */
function describeStep({ step, code, output, killedAfter }) {
  const end = killedAfter === undefined ? `exit code ${code}` : `killed after ${killedAfter} s`;
  const tests = failedTests(step);
  const shown = tests.slice(0, TESTS_OF_A_STEP).flatMap(({ name, message }) => {
    const lines = linesOf(message).slice(0, LINES_OF_A_MESSAGE);
    return [`  ${name}`, ...lines.map((line) => `    ${line}`)];
  });
  const left = tests.length - TESTS_OF_A_STEP;
  if (left > 0) shown.push(`  … and ${left} more`);
  const said = tests.length > 0 ? [] : lastWords(output).map((line) => `  ${line}`);
  return [`✘ ${step.id}: ${end}`, ...shown, ...said].map((line) => line.slice(0, WIDTH));
}

/**
 * Reads the report of Vitest; another has no names.
 *
 * @param {StepResult['step']} step
 * @returns {{ file: string, fullName?: string, name: string, message: string }[]} the failed tests, and the files that
 *   did not load, which have no `fullName`
 */
export function failedTests({ results, cwd }) {
  if (results === undefined || !existsSync(results)) return [];
  const { testResults = [] } = JSON.parse(readFileSync(results, 'utf8'));
  return testResults.flatMap((/** @type {any} */ file) => {
    const path = relative(cwd, file.name);
    const failed = file.assertionResults.filter(
      (/** @type {any} */ test) => test.status === 'failed',
    );
    if (failed.length === 0 && file.status === 'failed') {
      return [{ file: path, name: path, message: file.message }];
    }
    return failed.map((/** @type {any} */ test) => ({
      file: path,
      fullName: test.fullName,
      name: `${path} > ${test.fullName}`,
      message: test.failureMessages.join('\n'),
    }));
  });
}

/**
 * Returns the last lines that a command printed, after those that tell of an error.
 *
 * @param {string} output
 */
function lastWords(output) {
  const lines = linesOf(output);
  const last = lines.slice(-LAST_LINES);
  const telling = lines
    .slice(0, -LAST_LINES)
    .flatMap((line, index) => (TELLING.test(line) ? lines.slice(index, index + 3) : []));
  const before = [...new Set(telling)].slice(0, TELLING_LINES);
  return [...before, ...(before.length > 0 ? ['…'] : []), ...last];
}

/** @param {string} text */
function linesOf(text) {
  return stripVTControlCharacters(text)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}
