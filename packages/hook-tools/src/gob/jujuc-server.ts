import { booleanIn, bytesIn, seqIn, textIn, textsIn } from './fields.ts';
import { GobError } from './gob-error.ts';
import type { GobLimits } from './gob-limits.ts';
import type { GobStruct, GobStructType, GobValue } from './gob-value.ts';
import { GobWriter } from './gob-writer.ts';
import type { JujucReply, JujucRequest } from './jujuc-call.ts';
import { EXEC_RESPONSE, INVALID_REQUEST, RESPONSE_HEADER } from './jujuc-types.ts';
import { MessagePairs } from './message-pairs.ts';

/**
 * The first id that an agent gives to what it sends: it has met the three types of a request before. A client
 * must not rely on it, and Go's does not.
 */
const FIRST_TYPE_ID = 68;

/** A call that arrived. */
export interface JujucCall {
  /** What is called; answer with an error unless it is {@link JUJUC_METHOD}. */
  readonly method: string;
  /** The number of the call. */
  readonly seq: number;
  /** The tool to run, and with what. */
  readonly request: JujucRequest;
}

/**
 * The agent's side of one connection: turns bytes into calls and answers into bytes. It listens to nothing: `push`
 * what arrives, and take the calls with `next` until it gives none; send what `reply` or `refuse` gives, in order,
 * one for each call; call `end` when the connection has ended. After an error of `next` close the connection.
 */
export class JujucServer {
  readonly #writer = new GobWriter({ firstTypeId: FIRST_TYPE_ID });
  readonly #pairs: MessagePairs;

  constructor(limits: Partial<GobLimits> = {}) {
    this.#pairs = new MessagePairs(limits);
  }

  /** Takes in bytes that arrived. */
  push(chunk: Uint8Array): void {
    this.#pairs.push(chunk);
  }

  /**
   * Gives the next call; undefined where more bytes are needed for it. Text that is not UTF-8 has U+FFFD in it.
   *
   * @throws {GobError} `MALFORMED`, `TOO_LARGE`, `UNSUPPORTED`
   */
  next(): JujucCall | undefined {
    const pair = this.#pairs.next();
    if (pair === undefined) return undefined;
    return {
      method: textIn(pair.header, 'ServiceMethod'),
      seq: seqIn(pair.header),
      request: toRequest(pair.body),
    };
  }

  /**
   * Says that no more bytes come.
   *
   * @throws {GobError} `TRUNCATED` where they end within a call
   */
  end(): void {
    this.#pairs.end();
  }

  /**
   * Writes how the tool of a call ended.
   *
   * @throws {GobError} `NOT_ENCODABLE` for a code that is no whole number
   */
  reply(call: Pick<JujucCall, 'method' | 'seq'>, reply: JujucReply): Uint8Array {
    if (!Number.isSafeInteger(reply.code)) {
      throw new GobError('NOT_ENCODABLE', `the exit code is ${reply.code}; it is a whole number.`);
    }
    const body = new Map<string, GobValue>([
      ['Code', BigInt(reply.code)],
      ['Stdout', reply.stdout],
      ['Stderr', reply.stderr],
    ]);
    return this.#answer(call, '', EXEC_RESPONSE, body);
  }

  /**
   * Writes why the tool of a call was not run, as {@link STDIN_REQUIRED}.
   *
   * @throws {GobError} `NOT_ENCODABLE` for an empty reason, which would say that it was run
   */
  refuse(call: Pick<JujucCall, 'method' | 'seq'>, reason: string): Uint8Array {
    if (reason === '')
      throw new GobError('NOT_ENCODABLE', 'a call was to be refused without a reason.');
    return this.#answer(call, reason, INVALID_REQUEST, new Map());
  }

  #answer(
    { method, seq }: Pick<JujucCall, 'method' | 'seq'>,
    error: string,
    type: GobStructType,
    body: GobStruct,
  ): Uint8Array {
    const header = new Map<string, GobValue>([
      ['ServiceMethod', method],
      ['Seq', BigInt(seq)],
      ['Error', error],
    ]);
    return this.#writer.write([RESPONSE_HEADER, header], [type, body]);
  }
}

function toRequest(body: GobStruct): JujucRequest {
  return {
    contextId: textIn(body, 'ContextId'),
    dir: textIn(body, 'Dir'),
    commandName: textIn(body, 'CommandName'),
    args: textsIn(body, 'Args'),
    stdin: booleanIn(body, 'StdinSet') ? bytesIn(body, 'Stdin') : undefined,
    token: textIn(body, 'Token'),
  };
}
