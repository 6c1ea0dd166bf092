import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
let output: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'middleware-'));
  // Rejects unless the program ends by itself with exit code 0.
  const run = await promisify(execFile)(process.execPath, ['main.ts', folder], {
    cwd: import.meta.dirname,
    timeout: 150_000,
  });
  output = run.stdout + run.stderr;
}, 180_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function readThumbnail(name: string): Promise<PNG> {
  return PNG.sync.read(await readFile(join(folder, name)));
}

/** Returns the mean of each colour, which scaling must keep. */
function meanColour({ data }: PNG): number[] {
  const sums = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    for (const channel of [0, 1, 2]) sums[channel]! += data[i + channel]!;
  }
  return sums.map((sum) => (sum * 4) / data.length);
}

describe('the example middleware', () => {
  it('makes the thumbnails of every good image, in the folder of its tenant', async () => {
    const files = await readdir(folder, { recursive: true });
    const expected = [
      ...['fern', 'mosaic', 'waves'].map((name) => `museum/${name}`),
      ...['julia', 'mandelbrot', 'moon'].map((name) => `observatory/${name}`),
    ].flatMap((name) => [`${name}-120.png`, `${name}-240.png`, `${name}-48.png`]);
    expect(files.filter((file) => file.endsWith('.png')).sort()).toEqual(expected);
  });

  it('scales to the width asked for, keeping proportions and colours', async () => {
    const original = PNG.sync.read(
      await readFile(join(import.meta.dirname, 'originals/mosaic.png')),
    );
    for (const width of [240, 120, 48]) {
      const thumbnail = await readThumbnail(`museum/mosaic-${width}.png`);
      expect([thumbnail.width, thumbnail.height]).toEqual([width, (width * 4) / 3]);
      const colours = meanColour(thumbnail);
      for (const [channel, mean] of meanColour(original).entries()) {
        expect(Math.abs(colours[channel]! - mean)).toBeLessThan(3);
      }
    }
  });

  it('refuses what is no image in its first attempt, and gives a damaged one up in its first', () => {
    for (const id of ['museum/inventory.xlsx', 'museum/upload-0412.png']) {
      const log = output.split('\n').filter((line) => line.includes(`(${id})`));
      expect(log.at(-1)).toContain('failed after');
      expect(log.filter((line) => line.includes('attempt 2'))).toEqual([]);
    }
    expect(output).toContain('"completed":6,"failed":2,"cancelled":0,"blocked":0,"total":8');
  });

  it('waits for the archive within an attempt, and for the limit outside of any', () => {
    // Every first request gets 503, so without the retry no thumbnail would be made in attempt 1.
    expect(output).not.toContain('attempt 2 of');
    expect(output.match(/was put back/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('tells the progress of the batch and the time the runs took', () => {
    expect(output).toContain(' 18 thumbnails');
    expect(output).toMatch(/Runs: 7 runs, median \d+ ms/);
  });
});
