import { DatabaseSync } from 'node:sqlite';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PAGES = ['/', '/', '/', '/blog', '/blog', '/pricing', '/contact'];

/** Describes a member of the site, and the day when the membership ends, such as `2026-03-20`. */
export interface Member {
  readonly name: string;
  readonly zone: string;
  readonly endsOn: string;
}

/** Simulates the site's database: visits, drafts that were never published, and members. */
export class Site {
  readonly #db = new DatabaseSync(':memory:');

  constructor(members: readonly Member[]) {
    this.#db.exec(`
      CREATE TABLE visits (at INTEGER, page TEXT);
      CREATE TABLE drafts (at INTEGER, file TEXT);
      CREATE TABLE members (name TEXT, zone TEXT, ends_on TEXT);
    `);
    const insert = this.#db.prepare('INSERT INTO members VALUES (?, ?, ?)');
    for (const { name, zone, endsOn } of members) insert.run(name, zone, endsOn);
  }

  /** Simulates some days: a visit every few minutes, a draft every few hours. */
  live(from: number, days: number): void {
    const visit = this.#db.prepare('INSERT INTO visits VALUES (?, ?)');
    const draft = this.#db.prepare('INSERT INTO drafts VALUES (?, ?)');
    this.#db.exec('BEGIN');
    for (let n = 0, at = from; at < from + days * DAY; n += 1, at += (3 + (n % 11)) * MINUTE) {
      visit.run(at, PAGES[(n * 5) % PAGES.length] ?? '/');
      if (n % 25 === 0) draft.run(at, `draft-${n}.md`);
    }
    this.#db.exec('COMMIT');
  }

  /** Lists when each page was visited in a span of time. */
  visits(from: number, to: number): readonly { readonly at: number; readonly page: string }[] {
    const select = this.#db.prepare('SELECT at, page FROM visits WHERE at >= ? AND at < ?');
    return select.all(from, to).map(({ at, page }) => ({ at: Number(at), page: String(page) }));
  }

  /** Deletes drafts made before a time; returns how many. */
  dropDrafts(before: number): number {
    return Number(this.#db.prepare('DELETE FROM drafts WHERE at < ?').run(before).changes);
  }

  /** Lists the members of a zone whose membership ends on a day. */
  endingOn(zone: string, day: string): readonly string[] {
    const select = this.#db.prepare('SELECT name FROM members WHERE zone = ? AND ends_on = ?');
    return select.all(zone, day).map(({ name }) => String(name));
  }

  close(): void {
    this.#db.close();
  }
}
