import { backendSuite } from '../../src/backend-suite/describe-backend.ts';
import { describeBackend } from '../../src/index.ts';
import { describeSuite } from '../../src/suite/describe-suite.ts';
import type { Group } from '../../src/suite/group.ts';
import { memoryBackend } from '../support/memory.ts';
import { variants } from './variants.ts';

function titlesOf<TTrial>(group: Group<TTrial>): string[] {
  const titles: string[] = [];
  group.tests((title) => titles.push(title));
  return titles;
}

// Run by `bites.test.ts`, which expects all but the first to fail.
describeBackend('whole', { create: memoryBackend() });
for (const { name, create, caughtBy } of variants) {
  const groups = backendSuite.groups.filter((group) =>
    titlesOf(group).some((title) => caughtBy.includes(title)),
  );
  describeSuite(name, { ...backendSuite, groups }, { create });
}
