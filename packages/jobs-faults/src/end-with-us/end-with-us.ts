import { type ChildProcess, spawn } from 'node:child_process';

/** Reads a line, which says that all is done. Without one, its input has ended with the process that started it. */
const WATCH = 'read done && exit; kill -9 "$0"; test -n "$1" && sleep 0.2 && rm -rf "$1"';

/**
 * Ends a child when this process ends, in whatever way, and removes a folder of the child's: hooks of tests do not run where
 * all tests of a file are left out, nor where the process is killed.
 */
export function endWithUs(child: ChildProcess, folder = ''): void {
  if (child.pid === undefined) return;
  const watcher = spawn('sh', ['-c', WATCH, String(child.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // It keeps no process alive, and where there is no shell, the hooks of tests are left.
  watcher.on('error', () => undefined);
  const { stdin } = watcher;
  stdin.on('error', () => undefined);
  watcher.unref();
  // It is a socket.
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  child.once('exit', () => stdin.end('done\n'));
}
