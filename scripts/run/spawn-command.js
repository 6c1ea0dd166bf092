// Plain Node (>= 20): runs before anything is installed.
import { spawn } from 'node:child_process';

/**
 * How long a command of a check may take, in milliseconds: what takes longer hangs. A machine may be ten times slower than
 * those this is written on, and a registry far away.
 */
export const HANGS_AFTER = 10 * 60_000;

/** How long what a command has left running may hold its output after its end, in milliseconds. */
const HOLDS_OUTPUT = 5000;

/**
 * Runs a command to its end, its output shown as it comes. On a time-out the command and all it started are killed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, quiet?: boolean }} [options]
 *   `timeout` in ms; `quiet` keeps the output from the terminal.
 * @returns {Promise<{ code: number, output: string, timedOut: boolean }>} `output` is empty if it went to a terminal.
 */
export function spawnCommand(command, args, { cwd, env, timeout, quiet = false } = {}) {
  return new Promise((resolve) => {
    const windows = process.platform === 'win32';
    const detached = !windows && timeout !== undefined;
    // A terminal stays the command's own, for its colours and its width.
    const shown = !quiet && process.stdout.isTTY;
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'],
      shell: windows,
      detached,
    });
    let output = '';
    let timedOut = false;
    for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
      child[name]?.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
        if (!quiet) process[name].write(chunk);
      });
    }
    const stop = () => (detached ? killGroup(child.pid) : child.kill('SIGKILL'));
    const timer = timeout === undefined ? undefined : setTimeout(expire, timeout);
    function expire() {
      timedOut = true;
      stop();
    }
    process.once('exit', stop);
    /** @type {NodeJS.Timeout | undefined} */
    let held;
    const settle = (/** @type {number} */ code) => {
      clearTimeout(timer);
      clearTimeout(held);
      process.off('exit', stop);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ code, output, timedOut });
    };
    child.once('error', (error) => {
      output += `${error.message}\n`;
      if (!quiet) console.error(error.message);
      settle(127);
    });
    const end = (/** @type {number | null} */ code) => settle(timedOut ? 124 : (code ?? 1));
    child.once('exit', (code) => {
      held = setTimeout(end, HOLDS_OUTPUT, code);
    });
    child.once('close', end);
  });
}

/** @param {number | undefined} pid the leader of the group */
function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
