// Runs `pnpm bench`, and is also the program of the processes in which one contender is measured once.
import { measureHere } from './harness/measure-here.ts';

const [first, second] = process.argv.slice(2);
if (first === 'measure' && second !== undefined && process.send !== undefined) {
  await measureHere(second);
} else {
  // Loaded only here: a measuring process must load nothing but its contender.
  const { runCommand } = await import('./command/run-command.ts');
  process.exitCode = await runCommand(process.argv.slice(2));
}
