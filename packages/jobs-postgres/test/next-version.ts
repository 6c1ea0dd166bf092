import { vi } from 'vitest';

/** Returns the package as its next version, with one step more and another function. */
export async function nextVersion(): Promise<typeof import('../src/index.ts')> {
  vi.resetModules();
  vi.doMock('../src/schema/steps.ts', async (original) => {
    const { STEPS, FUNCTIONS } = await original<typeof import('../src/schema/steps.ts')>();
    return {
      STEPS: [
        ...STEPS,
        `ALTER TABLE jobs ADD COLUMN note text DEFAULT 'none'; CREATE TABLE notes (note text);`,
      ],
      FUNCTIONS: `${FUNCTIONS} INSERT INTO notes VALUES ('made');`,
    };
  });
  return import('../src/index.ts');
}
