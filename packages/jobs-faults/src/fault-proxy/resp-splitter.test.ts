import { describe, expect, it } from 'vitest';
import { RespSplitter, wordsOf } from './resp-splitter.ts';

const FRAMES = [
  '+OK\r\n',
  '-ERR no\r\n',
  ':42\r\n',
  '$5\r\na\r\nbc\r\n',
  '$-1\r\n',
  '*-1\r\n',
  '*0\r\n',
  '*3\r\n:1\r\n*2\r\n$0\r\n\r\n+x\r\n$2\r\nhi\r\n',
  '%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n:2\r\n',
  '~1\r\n,1.5\r\n',
  '>2\r\n+pubsub\r\n$1\r\nx\r\n',
  '|1\r\n+ttl\r\n:3\r\n+described\r\n',
  '_\r\n',
  '#t\r\n',
  '=7\r\ntxt:abc\r\n',
];

describe('RespSplitter', () => {
  it('finds every kind of frame, however the bytes arrive', () => {
    const stream = Buffer.from(FRAMES.join(''));
    for (const size of [1, 2, 3, 7, stream.length]) {
      const splitter = new RespSplitter();
      const frames: string[] = [];
      for (let at = 0; at < stream.length; at += size) {
        frames.push(...splitter.push(stream.subarray(at, at + size)).map(String));
      }
      expect(frames).toEqual(FRAMES);
    }
  });

  it('reads the words of a command, whether an array or a line', () => {
    expect(wordsOf(Buffer.from('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\né\n\r\n'))).toEqual([
      'SET',
      'k',
      'é\n',
    ]);
    expect(wordsOf(Buffer.from('PING hello\r\n'))).toEqual(['PING', 'hello']);
  });
});
