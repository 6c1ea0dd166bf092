import { readFileSync } from 'node:fs';

/** Names the account that runs a program. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts that exist on most systems, the best first. */
const NAMES = ['postgres', 'nobody'];

/** Finds an account for a program that refuses to run as root; `undefined` where this process is not root. */
export function unprivilegedUser(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of NAMES) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`PostgreSQL refuses to run as root, and there is no user ${NAMES.join(' or ')}.`);
}
