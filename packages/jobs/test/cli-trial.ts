import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { runCli } from '../src/cli/run-cli.ts';

/** What one call of the command line did. */
export interface CliAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how the command line is called. */
export interface CliSettings {
  readonly cwd: string;
  readonly redisUrl?: string;
  /** What is typed, or piped. */
  readonly input?: string;
  /** Whether it believes to be on a terminal. */
  readonly terminal?: boolean;
}

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
  { cwd, redisUrl, input = '', terminal = false }: CliSettings,
): Promise<CliAnswer> {
  const before = process.env['REDIS_URL'];
  if (redisUrl === undefined) delete process.env['REDIS_URL'];
  else process.env['REDIS_URL'] = redisUrl;
  const stdout = Object.assign(new PassThrough(), { isTTY: terminal });
  const stderr = Object.assign(new PassThrough(), {
    isTTY: terminal,
    cursorTo: () => true,
    clearLine: () => true,
  });
  const stdin = Object.assign(new PassThrough(), { isTTY: terminal });
  if (terminal) stdin.write(input);
  else stdin.end(input);
  const texts = [collect(stdout), collect(stderr)] as const;
  try {
    const code = await runCli(
      args,
      { cwd, stdout, stderr, stdin, env: { ...process.env, NO_COLOR: undefined } },
      '1.2.3',
    );
    stdout.end();
    stderr.end();
    return { code, stdout: await texts[0], stderr: await texts[1] };
  } finally {
    if (before === undefined) delete process.env['REDIS_URL'];
    else process.env['REDIS_URL'] = before;
  }
}

async function collect(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
