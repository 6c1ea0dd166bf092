import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Lists the names of the packages in a `node_modules` and in those nested in it, sorted. */
export function listInstalled(nodeModules: string): string[] {
  const names = new Set<string>();
  collect(nodeModules, names);
  return [...names].sort();
}

function collect(nodeModules: string, names: Set<string>): void {
  if (!existsSync(nodeModules)) return;
  for (const entry of readdirSync(nodeModules).filter((name) => !name.startsWith('.'))) {
    const scoped = entry.startsWith('@');
    const inScope = scoped ? readdirSync(join(nodeModules, entry)) : [''];
    for (const rest of inScope) {
      const name = scoped ? `${entry}/${rest}` : entry;
      names.add(name);
      collect(join(nodeModules, name, 'node_modules'), names);
    }
  }
}
