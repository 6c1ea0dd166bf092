import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Io } from '../io.ts';
import { UsageError } from '../usage-error.ts';

/** Holds the tokens of a server. */
export interface ServedTokens {
  /** The tokens as `createRemote` takes them, which checks them. */
  readonly tokens: readonly unknown[];
  /** The names of the tokens, for people. */
  readonly names: readonly string[];
  /** Whether none was given: the one of {@link tokens} may do everything, and no other machine may use it. */
  readonly isOpen: boolean;
  /** The secret that was made, to be shown; absent where one was given. */
  readonly made?: string;
}

const ALL = ['produce', 'read', 'work', 'operate'];

/**
 * Finds the tokens of a server: those in the file, else those of `PHILJS_JOBS_TOKENS`. Where none are given, one with all
 * roles: that of `PHILJS_JOBS_TOKEN`, else a new one.
 *
 * @throws UsageError for what is no list in JSON; never with a part of it
 */
export function servedTokens({ env }: Io, file: string | undefined): ServedTokens {
  const where = file === undefined ? 'PHILJS_JOBS_TOKENS' : 'the file of --tokens-file';
  const text = file === undefined ? env['PHILJS_JOBS_TOKENS'] : readNamed(file);
  if (text !== undefined && text !== '') return { ...listIn(text, where), isOpen: false };
  if (file !== undefined) throw new UsageError(`${LIST_OF(where)}, got nothing.`);
  const given = env['PHILJS_JOBS_TOKEN']?.trim();
  const secret = given || randomBytes(24).toString('base64url');
  const token = { name: 'local', secret, roles: ALL };
  return { tokens: [token], names: ['local'], isOpen: true, ...(!given && { made: secret }) };
}

const LIST_OF = (where: string): string =>
  `Expected ${where} to hold a list of tokens in JSON, as in [{"name":"worker","hash":"…","roles":["work"]}]`;

function listIn(text: string, where: string): Pick<ServedTokens, 'tokens' | 'names'> {
  let tokens: unknown;
  try {
    tokens = JSON.parse(text);
  } catch {
    // What the parser says quotes the text.
    throw new UsageError(`${LIST_OF(where)}, got something that is not JSON.`);
  }
  if (!Array.isArray(tokens)) throw new UsageError(`${LIST_OF(where)}, got something else.`);
  return { tokens, names: [...new Set(tokens.map((token) => String(token?.name)))] };
}

function readNamed(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`The file of --tokens-file cannot be read: ${(error as Error).message}`);
  }
}
