import type { VNode } from 'preact';
import { html } from './html.ts';
import { searchWord } from './search-word.ts';
import { linkTo, type ViewContext } from './view-context.ts';

/** Draws tags, at most some of them; each is a link to the jobs that have it. */
export function tagList(
  { root }: ViewContext,
  tags: readonly string[] = [],
  most: number = tags.length,
): VNode | undefined {
  if (tags.length === 0) return undefined;
  const shown = tags.slice(0, most);
  const left = tags.length - shown.length;
  return html`<span class="tags">${shown.map(
    (tag) =>
      html`<a key=${tag} class="tag" href=${linkTo(root, 'jobs', { q: searchWord('tag', tag) })}><bdi>${tag}</bdi></a> `,
  )}${left > 0 && html`<small>and ${left} more</small>`}</span>`;
}
