// Says how changesets writes the CHANGELOG.md of a package (`.changeset/config.json` names this file).

/** The text of a change, indented to be one entry. */
export async function getReleaseLine({ summary }: { readonly summary: string }): Promise<string> {
  const [first = '', ...others] = summary.trim().split('\n');
  const lines = others.map((line) => (line.trim() === '' ? '' : `  ${line.trimEnd()}`));
  return [`- ${first}`, ...lines].join('\n');
}

/** One entry for all dependencies, whatever changed in them: that is in their own CHANGELOG.md. */
export async function getDependencyReleaseLine(
  _changes: readonly unknown[],
  dependencies: readonly { readonly name: string; readonly newVersion: string }[],
): Promise<string> {
  if (dependencies.length === 0) return '';
  const lines = dependencies.map(({ name, newVersion }) => `  - ${name}@${newVersion}`);
  return ['- Updated dependencies', ...lines].join('\n');
}
