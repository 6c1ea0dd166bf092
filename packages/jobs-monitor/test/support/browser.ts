import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const VIEWPORT = { width: 1280, height: 800 } as const;

/** How long the browser may take to start, and a page for what it is asked: a busy machine stands still for seconds. */
const PATIENCE_MS = 120_000;

/** Starts the system's Chromium, with a fresh profile that is gone when it ends. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS, timeout: PATIENCE_MS });
}

/** A page, and what went wrong on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts, violations of the content security policy, dialogs: everything that is not asked for. */
  readonly troubles: string[];
}

/** By browser: a page that no test has at the moment. */
const free = new WeakMap<Browser, Page>();

/** Opens a page that the test has for itself until it ends. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const isPlain = Object.keys(options).length === 0;
  const page = (isPlain && takeFree(browser)) || (await newPage(browser, options));
  onTestFinished(async ({ task }) => {
    if (!isPlain || task.result?.state === 'fail') await page.context().close();
    else await giveBack(browser, page);
  });
  page.setDefaultTimeout(PATIENCE_MS);
  const troubles: string[] = [];
  page.on('pageerror', ({ message }) => troubles.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('dialog', (dialog) => {
    troubles.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  if (options.javaScriptEnabled !== false) {
    await page.locator('html.script, .error-page').first().waitFor();
  }
  return { page, troubles };
}

async function newPage(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ viewport: VIEWPORT, ...options });
  return context.newPage();
}

function takeFree(browser: Browser): Page | undefined {
  const page = free.get(browser);
  free.delete(browser);
  return page;
}

/** Makes a page as it was when it was new, for the next test: a new one costs half a second of the processor. */
async function giveBack(browser: Browser, page: Page): Promise<void> {
  const context = page.context();
  page.removeAllListeners();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await context.setOffline(false);
  await Promise.all(
    context
      .pages()
      .filter((other) => other !== page)
      .map((other) => other.close()),
  );
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await page.goto('about:blank');
  await context.clearCookies();
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(VIEWPORT);
  if (free.has(browser)) await context.close();
  else free.set(browser, page);
}

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** Has axe look at a page by all its rules, or some, and expects it to find nothing. */
export async function expectAccessible(page: Page, rules?: readonly string[]): Promise<void> {
  // Not as a script of the page, whose policy would not allow it.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  const found = await page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run(only === undefined ? {} : { runOnly: only });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }, rules);
  expect(found).toEqual([]);
}

/** Notes from now on what is said to screen readers; the answer waits until a text was among it. */
export async function hear(page: Page): Promise<(text: string) => Promise<void>> {
  const said = await page.evaluateHandle(() => {
    const texts: string[] = [];
    const announcer = document.querySelector('#announcer') as Element;
    // The next announcement may take the place of one before a frame is drawn.
    new MutationObserver(() => texts.push(announcer.textContent ?? '')).observe(announcer, {
      ...{ childList: true, characterData: true, subtree: true },
    });
    return texts;
  });
  return async (text) => {
    const isSaid = ([texts, part]: readonly [string[], string]): boolean =>
      texts.some((one) => one.includes(part));
    await page.waitForFunction(isSaid, [said, text] as const);
  };
}

/** Presses Tab until the focused element has this name, as a user without a mouse does. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press('Tab');
    const label = await page.evaluate(() => {
      const { activeElement: element } = document;
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
    });
    if (typeof name === 'string' ? label === name : name.test(label)) return;
  }
  throw new Error(`Nothing that takes the focus is called ${name}.`);
}
