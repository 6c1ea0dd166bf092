/**
 * Makes the arguments of Node for a program that is to get SIGTERM some milliseconds after it began to listen for it:
 * not after its start, since a busy machine may take longer than that to load it.
 */
export function stopAfter(ms: number): string[] {
  const program = `process.on('newListener', function begin(name) {
    if (name !== 'SIGTERM') return;
    process.off('newListener', begin);
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), ${ms}).unref();
  });`;
  return ['--import', `data:text/javascript,${encodeURIComponent(program)}`];
}
