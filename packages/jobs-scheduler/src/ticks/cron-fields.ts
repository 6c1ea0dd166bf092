/** The cron patterns that nicknames stand for. */
const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/** Splits a cron pattern into its five to seven fields; replaces a nickname by its pattern first. */
export function cronFields(cron: string): readonly string[] {
  const pattern = cron.trim();
  return (NICKNAMES.get(pattern.toLowerCase()) ?? pattern).split(/\s+/);
}
