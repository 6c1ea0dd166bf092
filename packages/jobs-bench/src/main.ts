// The command behind `pnpm bench`, and the process in which one contender is measured once.
import { measureHere } from './harness/measure-here.ts';

const [first, second] = process.argv.slice(2);
if (first === 'measure' && second !== undefined && process.send !== undefined) {
  await measureHere(second);
} else {
  // Loaded only here: a measured process is to hold nothing but what it measures.
  const { runCommand } = await import('./command/run-command.ts');
  process.exitCode = await runCommand(process.argv.slice(2));
}
