import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const LINES = 4000;
const PATHS = ['/', '/cart', '/checkout', '/search?q=tea', '/assets/app.js', '/api/orders'];

/** Writes access logs of some days, as a web server would have; returns their paths. */
export async function writeLogs(folder: string, days: number): Promise<string[]> {
  await mkdir(join(folder, 'logs'), { recursive: true });
  const paths = Array.from(
    { length: days },
    (_, day) => `logs/access-${String(day + 1).padStart(2, '0')}.log`,
  );
  for (const [day, path] of paths.entries()) await writeFile(join(folder, path), logOf(day));
  return paths;
}

/** Returns the log of a day, the same each time. */
function logOf(day: number): string {
  let state = day + 1;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const lines: string[] = [];
  for (let line = 0; line < LINES; line++) {
    const at = new Date(Date.UTC(2026, 0, day + 1, 0, 0, line * 20)).toISOString();
    const path = PATHS[next(PATHS.length)];
    lines.push(
      `10.0.${next(256)}.${next(256)} - [${at}] "GET ${path}" ${next(50) === 0 ? 500 : 200} ${next(90_000)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
