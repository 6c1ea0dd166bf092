import type { Page } from 'playwright-core';

/** Lists each state whose texts have a contrast below 4.5, or whose mark or outline has one below 3. */
export function poorContrasts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const numbers = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const light = (color: string): number => {
      const [r = 0, g = 0, b = 0] = numbers(color).map((one) =>
        one / 255 <= 0.03928 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a: string, b: string): number => {
      const [dark = 0, bright = 0] = [light(a), light(b)].sort((one, other) => one - other);
      return (bright + 0.05) / (dark + 0.05);
    };
    const box = document.querySelector('.flow .box') as Element;
    const poor: string[] = [];
    for (const state of [
      'blocked',
      'delayed',
      'waiting',
      'active',
      'failed',
      'cancelled',
      'completed',
      'removed',
    ]) {
      box.setAttribute('class', `box ${state}`);
      const style = (part: string): CSSStyleDeclaration =>
        getComputedStyle(box.querySelector(part) as Element);
      const { fill, stroke } = style('rect');
      const found = {
        name: contrast(style('.name').fill, fill) / 4.5,
        note: contrast(style('.note').fill, fill) / 4.5,
        mark: contrast(style('.mark').stroke, fill) / 3,
        outline:
          contrast(
            stroke,
            getComputedStyle(document.querySelector('.flow') as Element).backgroundColor,
          ) / 3,
      };
      for (const [part, share] of Object.entries(found))
        if (share < 1) poor.push(`${state} ${part} ${share}`);
    }
    return poor;
  });
}
