import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { runCli } from '../src/cli/run-cli.ts';

/** The outcome of one call of the command line. */
export interface CliAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how the command line is called. */
export interface CliSettings {
  readonly cwd: string;
  readonly redisUrl?: string;
  readonly databaseUrl?: string;
  /** Further variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The text piped into it. */
  readonly input?: string;
  /** Is told what it has printed so far, whenever it prints more. */
  readonly onPrint?: (text: string) => void;
}

/** The variables of the environment that say where jobs are, and who may reach them. */
const VARIABLES = [
  'REDIS_URL',
  'DATABASE_URL',
  'PHILJS_JOBS_URL',
  'PHILJS_JOBS_TOKEN',
  'PHILJS_JOBS_TOKENS',
];

/** Makes a folder inside this package, so that what is in it can import the packages; removed with the test. */
export async function makeProject(): Promise<string> {
  const root = fileURLToPath(new URL('../.cache/', import.meta.url));
  await mkdir(root, { recursive: true });
  const folder = await mkdtemp(join(root, 'cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Calls the command line in this process, in a folder, with an environment and an input of its own. */
export async function callCli(
  args: readonly string[],
  { cwd, redisUrl, databaseUrl, env = {}, input = '', onPrint }: CliSettings,
): Promise<CliAnswer> {
  const before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
  const none = Object.fromEntries(VARIABLES.map((name) => [name, undefined]));
  setEnv({ ...none, REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, ...env });
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const texts = [collect(stdout, onPrint), collect(stderr)] as const;
  try {
    const { signal: closed } = new AbortController();
    const io = { args, cwd, stdout, stderr, stdin, env: process.env, closed };
    const code = await runCli(io, '1.2.3');
    stdout.end();
    stderr.end();
    return { code, stdout: await texts[0], stderr: await texts[1] };
  } finally {
    setEnv(before);
  }
}

/** Reads what a call printed as JSON. */
export function jsonOf({ code, stdout, stderr }: CliAnswer): unknown {
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
}

function setEnv(variables: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

async function collect(stream: PassThrough, onPrint?: CliSettings['onPrint']): Promise<string> {
  const chunks: Buffer[] = [];
  const text = (): string => Buffer.concat(chunks).toString('utf8');
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    onPrint?.(text());
  }
  return text();
}
