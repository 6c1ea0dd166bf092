import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runSteps, type Step } from './run-steps.js';

beforeEach(() => {
  vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

function step(id: string, seconds: number): Step {
  const args = ['-e', ''];
  return { id, title: id, command: 'node', args, cwd: '.', timeout: 60_000, seconds };
}

it('begins no step that would not end within the budget, but a shorter one after it', async () => {
  const steps = [step('first', 1), step('long', 90), step('short', 10)];
  const results = await runSteps(steps, process.env, { budget: 1 });
  expect(results.map(({ step: { id } }) => id)).toEqual(['first', 'short']);
});
