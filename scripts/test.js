// `npm test`: plain Node (>= 20) on a fresh clone; sets everything up, runs every check and every test,
// and ends with one line `N passed, N failed`. `npm test -- --help` says what else it takes.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureOlderNodes } from './nodes/older-nodes.js';
import { changedFiles, startOfChange } from './run/changed-files.js';
import { changedSteps } from './run/changed-steps.js';
import { faultRecord, hasChanged, inOrder, recordRuns } from './run/fault-record.js';
import { readArguments } from './run/read-arguments.js';
import { runSteps, summarise } from './run/run-steps.js';
import { faultSteps, verifySteps } from './run/steps.js';
import { ensureSystemNeeds } from './setup/system-needs.js';
import { ensureInstalled, root, workspaceEnv } from './setup/workspace.js';

const USAGE = `Usage: npm test [-- options]            every check and every test
       npm run test:faults [-- options]  the long tests, where processes and servers are killed

Sets up what is needed, and ends with a line \`N passed, N failed\`.

Options:
  --only <steps>      some steps: ids, or the part before the colon (--only types,unit:jobs-core)
  --changed           the quick checks, and the tests that import a file changed since the branch left main
  --since <commit>    the same, since a commit
  --parallel <count>  runs this many steps at once after the build; each shows its output when it ends.
                      By default one more than cores, at most 3, as most wait; 1 for the long tests
  --list              lists the ids
  --budget <minutes>  begins no step that would not end within so many minutes, and names those left out; the
                      next time they go first
  -h, --help          this
`;

const values = readArguments(USAGE, (args) => {
  const { values } = parseArgs({
    args,
    options: {
      faults: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      only: { type: 'string' },
      changed: { type: 'boolean', default: false },
      since: { type: 'string' },
      budget: { type: 'string' },
      parallel: { type: 'string' },
    },
  });
  if (values.budget !== undefined && !(Number(values.budget) >= 0)) {
    throw new Error(`Expected --budget to be a number of minutes, got ${values.budget}.`);
  }
  const { faults, only, changed, since, parallel } = values;
  if (parallel !== undefined && !(Number.isInteger(Number(parallel)) && Number(parallel) >= 1)) {
    throw new Error(`Expected --parallel to be a whole number from 1, got ${parallel}.`);
  }
  if (parallel !== undefined && faults) {
    throw new Error(
      '--parallel is for `npm test`: the long tests measure time, so they run alone.',
    );
  }
  if ((changed || since !== undefined) && (faults || only !== undefined)) {
    throw new Error(
      '--changed and --since choose the steps themselves: leave out --only and --faults.',
    );
  }
  return values;
});

const resultsFolder = join(root, '.cache/results');
const all = values.faults ? inOrder(faultSteps()) : verifySteps();
const wanted = values.only?.split(',');
const { steps, leftOut } = chooseSteps();

if (values.list) {
  for (const { id, title } of all) console.log(`${id.padEnd(24)} ${title}`);
} else if (steps.length === 0 && wanted !== undefined) {
  console.error(`No step is called ${values.only}. \`--list\` shows them.`);
  process.exitCode = 1;
} else {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
  }
  const { passed, failed, line } = await setUp().then(runAll, (/** @type {Error} */ error) => {
    console.error(error.message);
    return { passed: 0, failed: 1, line: '0 passed, 1 failed' };
  });
  writeFileSync(join(resultsFolder, 'total.json'), JSON.stringify({ passed, failed }));
  if (leftOut.length > 0) console.log(`\nLeft out: ${leftOut.join(', ')}`);
  console.log(`\n${line}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** @returns {{ steps: import('./run/run-steps.js').Step[], leftOut: string[] }} */
function chooseSteps() {
  if (values.changed || values.since !== undefined) {
    const since = values.since ?? startOfChange();
    return changedSteps(all, changedFiles(since), since);
  }
  const chosen = all.filter(
    ({ id }) =>
      wanted?.some((name) => id === name || [':', '/'].some((end) => id.startsWith(name + end))) ??
      true,
  );
  if (values.faults || wanted !== undefined) return { steps: chosen, leftOut: [] };
  const { commit } = faultRecord();
  const steps = chosen.filter((step) => hasChanged(step, commit));
  const leftOut = chosen.filter((step) => !steps.includes(step));
  return {
    steps,
    leftOut: leftOut.map(({ id }) => `${id} (unchanged since ${commit}: see test:faults)`),
  };
}

/** @returns {Promise<NodeJS.ProcessEnv>} what the steps run with */
async function setUp() {
  rmSync(resultsFolder, { recursive: true, force: true });
  mkdirSync(resultsFolder, { recursive: true });
  await ensureInstalled();
  const runsPrograms = steps.some(({ id }) => /^(unit|faults|examples|blocks)/.test(id));
  if (steps.some(({ id }) => id.startsWith('nodes:'))) await ensureOlderNodes();
  // A log is read by people and by programs; colours would be noise in it.
  const colours = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
  return {
    ...workspaceEnv(),
    ...colours,
    ...(runsPrograms ? await ensureSystemNeeds() : {}),
  };
}

/** @param {NodeJS.ProcessEnv} env */
async function runAll(env) {
  const { budget, faults, parallel } = values;
  const usual = faults ? 1 : Math.min(3, availableParallelism() + 1);
  const options = {
    ...(budget !== undefined && { budget: Number(budget) }),
    parallel: parallel === undefined ? usual : Number(parallel),
  };
  const startedAt = performance.now();
  const results = await runSteps(steps, env, options);
  const begun = new Set(results.map(({ step }) => step));
  leftOut.push(...steps.filter((step) => !begun.has(step)).map(({ id }) => id));
  if (faults) recordRuns(results, results.length === all.length);
  return summarise(results, (performance.now() - startedAt) / 1000);
}
