import { readFileSync } from 'node:fs';
import GithubSlugger from 'github-slugger';
import { lexer, type Token, walkTokens } from 'marked';

/** Holds the links of a Markdown file, and the anchors that links can lead to. */
export interface DocumentLinks {
  /** The targets of links and pictures, as written. */
  readonly targets: readonly string[];
  /** The names of headings and of `id` attributes, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>;
}

/** Reads the links and anchors of a Markdown file; what stands in code is none. */
export function readLinks(file: string): DocumentLinks {
  const targets: string[] = [];
  const anchors = new Set<string>();
  const slugger = new GithubSlugger();
  walkTokens(lexer(readFileSync(file, 'utf8')), (token: Token) => {
    if (token.type === 'link' || token.type === 'image') targets.push(String(token['href']));
    if (token.type === 'heading') anchors.add(slugger.slug(plainText(token)));
    if (token.type !== 'html') return;
    for (const [, name = '', value = ''] of token.raw.matchAll(/\b(id|name|href|src)="([^"]*)"/g)) {
      if (name === 'id' || name === 'name') anchors.add(value);
      else targets.push(value);
    }
  });
  return { targets, anchors };
}

/** The text of a heading, without its marks. */
function plainText(token: Token): string {
  if ('tokens' in token && token.tokens !== undefined) return token.tokens.map(plainText).join('');
  return 'text' in token ? String(token.text) : '';
}
