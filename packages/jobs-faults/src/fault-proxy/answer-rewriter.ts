import type { InterceptedAnswer, InterceptionList } from './interception.ts';
import { RespSplitter, wordsOf } from './resp-splitter.ts';

/** Commands after which answers no longer follow commands one for one. */
const STREAMING = new Set(['subscribe', 'psubscribe', 'ssubscribe', 'monitor']);

/** Says what replaces the next answer; `undefined` passes the server's own. */
interface DueAnswer {
  readonly instead: InterceptedAnswer | undefined;
  readonly fromServer: boolean;
}

/** Pairs the commands of one connection with their answers, and rewrites those that are intercepted. */
export class AnswerRewriter {
  readonly #interceptions: InterceptionList;
  readonly #answer: (bytes: Buffer) => void;
  readonly #reset: () => void;
  readonly #commands = new RespSplitter();
  readonly #answers = new RespSplitter();
  readonly #due: DueAnswer[] = [];
  #streaming = false;

  constructor(params: {
    readonly interceptions: InterceptionList;
    /** Sends bytes to the client. */
    readonly answer: (bytes: Buffer) => void;
    /** Resets the connection. */
    readonly reset: () => void;
  }) {
    this.#interceptions = params.interceptions;
    this.#answer = params.answer;
    this.#reset = params.reset;
  }

  /** Takes bytes from the client; returns the bytes for the server. */
  toServer(chunk: Buffer): Buffer {
    const passed: Buffer[] = [];
    for (const command of this.#commands.push(chunk)) {
      const words = wordsOf(command);
      if (STREAMING.has(words[0]?.toLowerCase() ?? '')) this.#streaming = true;
      const interception = this.#streaming ? undefined : this.#interceptions.take(words);
      const fromServer = interception?.executed ?? true;
      this.#due.push({ instead: interception?.answer, fromServer });
      if (fromServer) passed.push(command);
    }
    this.#answerWithoutServer();
    return Buffer.concat(passed);
  }

  /** Takes the server's answer and passes it, or its replacement, to the client. */
  toClient(chunk: Buffer): void {
    if (this.#streaming) {
      this.#answer(chunk);
      return;
    }
    for (const answer of this.#answers.push(chunk)) {
      const isPush = answer[0] === 0x3e;
      const due = isPush ? undefined : this.#due.shift();
      if (due?.instead === undefined) this.#answer(answer);
      else this.#give(due.instead);
      this.#answerWithoutServer();
    }
  }

  /** Answers the commands the server never saw, once all earlier commands are answered. */
  #answerWithoutServer(): void {
    while (this.#due[0]?.fromServer === false) {
      const due = this.#due.shift();
      if (due?.instead !== undefined) this.#give(due.instead);
    }
  }

  #give(answer: InterceptedAnswer): void {
    if (answer === 'none') return;
    if (answer === 'reset') this.#reset();
    else this.#answer(Buffer.from('raw' in answer ? answer.raw : `-${answer.error}\r\n`));
  }
}
