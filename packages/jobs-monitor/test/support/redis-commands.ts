import { connect } from 'node:net';

/**
 * Counts the commands a Redis has carried out so far, those that scripts sent included, but not those
 * that keep connections and consumers going by themselves.
 */
export async function countCommands(port: number): Promise<number> {
  const info = await ask(port, 'INFO commandstats');
  const calls = [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
  return calls
    .filter(([, name = '']) => !/^(?:info|ping|hello|client|auth|select|bzpopmin|xread)/.test(name))
    .reduce((sum, [, , count]) => sum + Number(count), 0);
}

/**
 * Counts the commands of a task that reads the figures of each minute once, but for the one that each minute
 * kept takes: how many minutes there are says when a test ran, and for how long. The smallest of three tries, as what
 * a queue does by itself now and then may fall into one.
 */
export async function commandsBesideMinutes(
  port: number,
  task: () => Promise<unknown>,
): Promise<number> {
  const counts: number[] = [];
  for (let look = 0; look < 3; look += 1) {
    // What a dashboard read is good for half a second.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const minutes = await countMinutes(port);
    const before = await countCommands(port);
    await task();
    counts.push((await countCommands(port)) - before - minutes);
  }
  return Math.min(...counts);
}

/** Counts the minutes whose figures a Redis keeps of the queue `default`. */
async function countMinutes(port: number): Promise<number> {
  const [, count] = /^:(\d+)/.exec(await ask(port, 'ZCARD {philjs}:default:pj:minutes')) ?? [];
  return Number(count);
}

function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.once('error', reject);
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (!isWhole(text)) return;
      socket.destroy();
      resolve(text);
    });
    socket.write(`${command}\r\n`);
  });
}

/** Whether all of an answer has come: a number, or a text whose length goes before it. */
function isWhole(text: string): boolean {
  if (text.startsWith(':')) return text.endsWith('\r\n');
  const [, length] = /^\$(\d+)\r\n/.exec(text) ?? [];
  return length !== undefined && text.length >= Number(length);
}
