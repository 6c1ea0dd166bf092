/** How often the event loop is looked at, in milliseconds. */
const EVERY_MS = 5;

/**
 * Watches how much processor time this thread takes at once. It is the time between two looks at the event loop, of this
 * thread alone, so a machine that others keep busy changes nothing.
 */
export function busiestTurn(): { readonly end: () => number } {
  let before = process.threadCpuUsage();
  let mostMs = 0;
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    mostMs = Math.max(mostMs, (user + system) / 1000);
    before = process.threadCpuUsage();
  }, EVERY_MS);
  return {
    end: () => {
      clearInterval(timer);
      return mostMs;
    },
  };
}
