// The documentation as a site: `npm run docs`. The pages are those of the repository, where they stand.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked, type Tokens } from 'marked';
import { type DefaultTheme, defineConfig, type MarkdownRenderer } from 'vitepress';

const root: string = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = 'https://github.com/philjs/jobs/blob/main';

/** Matches the pages of the site, as paths from the root of the repository. */
const PAGE = /^([A-Z_]+\.md|docs\/(?!api\/).+\.md|packages\/[^/]+\/README\.md)$/;

export default defineConfig({
  title: 'PhilJS Jobs',
  description: 'Background jobs for TypeScript',
  srcDir: '..',
  outDir: '../.cache/site',
  cacheDir: '../.cache/vitepress',
  srcExclude: [
    '{scripts,examples,templates,.changeset,.cache}/**',
    'packages/*/!(README.md)/**',
    'packages/*/CHANGELOG.md',
    'docs/api/**',
  ],
  rewrites: {
    'README.md': 'index.md',
    'docs/README.md': 'docs/index.md',
    'packages/:name/README.md': 'packages/:name/index.md',
  },
  cleanUrls: true,
  markdown: { config: leadToSources },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Quick start', link: '/QUICK_START' },
      { text: 'All questions', link: '/docs/' },
    ],
    sidebar: [
      ...groupsOf('docs/README.md'),
      ...groupsOf('README.md').filter(({ text }) => text === 'Package'),
    ],
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: 'https://github.com/philjs/jobs' }],
  },
});

/** Lists the pages that tables of a page link to: a group for each table. */
function groupsOf(index: string): DefaultTheme.SidebarItem[] {
  const tables = marked
    .lexer(readFileSync(join(root, index), 'utf8'))
    .filter((token) => token.type === 'table');
  return (tables as Tokens.Table[]).map(({ header, rows }) => ({
    text: header[0]?.text ?? '',
    collapsed: false,
    items: rows.flatMap((cells) =>
      cells.flatMap(({ tokens }) =>
        tokens
          .filter((token): token is Tokens.Link => token.type === 'link')
          .map(({ text, href }) => ({ text, link: targetOf(dirname(index), href) })),
      ),
    ),
  }));
}

/** Makes links to what is no page (sources, examples, folders) lead to the repository. */
function leadToSources(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('lead-to-sources', ({ tokens, env }) => {
    const folder = dirname(relative(root, env.realPath ?? env.path));
    const links = tokens
      .flatMap(({ children }) => children ?? [])
      .filter(({ type }) => type === 'link_open');
    for (const link of links) link.attrSet('href', targetOf(folder, link.attrGet('href') ?? ''));
  });
}

function targetOf(folder: string, href: string): string {
  if (/^(#|[a-z]+:)/.test(href)) return href;
  const [path = '', anchor] = href.split('#', 2);
  const file = join(folder, path);
  const page = /^packages\/[^/]+\/?$/.test(file) ? join(file, 'README.md') : file;
  if (!PAGE.test(page)) return `${SOURCES}/${file}`;
  return `/${addressOf(page)}${anchor === undefined ? '' : `#${anchor}`}`;
}

function addressOf(page: string): string {
  return page.replace(/(^|\/)README\.md$/, '$1').replace(/\.md$/, '');
}
