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

function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.once('error', reject);
    socket.on('data', (chunk) => {
      text += String(chunk);
      const [, length] = /^\$(\d+)\r\n/.exec(text) ?? [];
      if (length === undefined || text.length < Number(length)) return;
      socket.destroy();
      resolve(text);
    });
    socket.write(`${command}\r\n`);
  });
}
