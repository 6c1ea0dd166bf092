import type { DeadLetter, DeadLetterGroup } from './dead-letters.ts';

/** How many letters of a group are named. */
const NAMED = 10;

/** Holds what is known of a group so far: little, however many letters it has. */
interface Draft {
  readonly name: string;
  count: number;
  firstAt: Date;
  error: DeadLetter['error'];
  /** The latest letters, the last one first. */
  readonly latest: { readonly id: string; readonly failedAt: Date }[];
}

/** Groups letters by their cause, the largest group first. Keeps no letter, as there may be very many, each with its payload. */
export async function groupLetters(
  letters: AsyncIterable<DeadLetter>,
): Promise<readonly DeadLetterGroup[]> {
  const drafts = new Map<string, Draft>();
  for await (const letter of letters) {
    const { fingerprint, name, error, failedAt } = letter;
    const known = drafts.get(fingerprint);
    if (known === undefined) drafts.set(fingerprint, begin(name, error, letter));
    else {
      known.count += 1;
      if (failedAt < known.firstAt) known.firstAt = failedAt;
      if (place(known.latest, letter) === 0) known.error = error;
    }
  }
  const groups = [...drafts].map(
    ([fingerprint, { name, count, firstAt, error, latest }]): DeadLetterGroup => ({
      ...{ fingerprint, name, count, firstAt, error },
      lastAt: latest[0]?.failedAt ?? firstAt,
      ids: latest.map(({ id }) => id),
    }),
  );
  return groups.toSorted((a, b) => b.count - a.count);
}

function begin(name: string, error: Draft['error'], { id, failedAt }: DeadLetter): Draft {
  return { name, count: 1, firstAt: failedAt, error, latest: [{ id, failedAt }] };
}

/** Puts a letter among the latest, behind those of its time; returns its place. */
function place(latest: Draft['latest'], { id, failedAt }: DeadLetter): number {
  const before = latest.findIndex((one) => one.failedAt < failedAt);
  const at = before < 0 ? latest.length : before;
  latest.splice(at, 0, { id, failedAt });
  if (latest.length > NAMED) latest.pop();
  return at;
}
