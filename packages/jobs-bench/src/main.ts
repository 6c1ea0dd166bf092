// Runs `pnpm bench`, and is also the program of the processes in which one contender is measured once.
import type { Task } from './harness/measure-apart.ts';

const [first, task] = process.argv.slice(2);
if (first === 'measure' && task !== undefined) {
  const { findBenchmark } = await import('./registry.ts');
  const { benchmark, params, ...surroundings } = JSON.parse(task) as Task;
  const measured = await findBenchmark(benchmark).measure(params, surroundings);
  // Peers may leave sockets and timers open; they must not keep the process alive.
  process.stdout.write(`\n${JSON.stringify(measured)}\n`, () => process.exit());
} else {
  // Loaded only here: a measuring process must load nothing but its contender.
  const { runCommand } = await import('./command/run-command.ts');
  process.exitCode = await runCommand(process.argv.slice(2));
}
