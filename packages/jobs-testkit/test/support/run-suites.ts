import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGE = join(import.meta.dirname, '../..');
const VITEST = join(PACKAGE, 'node_modules/vitest/vitest.mjs');

interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** The outcomes of the tests of one suite. */
export interface SuiteResult {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** Runs suites in a vitest of their own; returns what became of their tests, by the suite's name. */
export async function runSuites(file: string): Promise<Map<string, SuiteResult>> {
  const directory = await mkdtemp(join(tmpdir(), 'philjs-bites-'));
  try {
    const outputFile = join(directory, 'report.json');
    const config = 'test/suite/vitest.config.ts';
    const flags = ['--config', config, '--reporter=json', `--outputFile=${outputFile}`];
    const output = await run([VITEST, 'run', file, ...flags]);
    const report = await readFile(outputFile, 'utf8').catch(() => {
      throw new Error(`vitest wrote no report: ${output}`);
    });
    return bySuite(JSON.parse(report) as Report);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Runs a Node script to its end, whatever its exit code; returns what it wrote. */
function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: PACKAGE }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

function bySuite(report: Report): Map<string, SuiteResult> {
  const suites = new Map<string, { passed: string[]; failed: string[] }>();
  for (const { assertionResults, message } of report.testResults) {
    if (assertionResults.length === 0) throw new Error(message);
    for (const { ancestorTitles, title, status } of assertionResults) {
      const name = ancestorTitles[0] ?? '';
      const suite = suites.get(name) ?? { passed: [], failed: [] };
      suites.set(name, suite);
      (status === 'passed' ? suite.passed : suite.failed).push(title);
    }
  }
  return suites;
}
