import { bytesIn, integerIn, seqIn, textIn } from './fields.ts';
import { GobError } from './gob-error.ts';
import type { GobLimits } from './gob-limits.ts';
import type { GobStruct, GobValue } from './gob-value.ts';
import { GobWriter } from './gob-writer.ts';
import { JUJUC_METHOD, type JujucReply, type JujucRequest } from './jujuc-call.ts';
import { REQUEST, REQUEST_HEADER } from './jujuc-types.ts';
import { MessagePairs } from './message-pairs.ts';

/** The answer to a call. */
export interface JujucAnswer {
  /** The number of the call. */
  readonly seq: number;
  /** How the tool ended; undefined where the agent did not run it. */
  readonly reply: JujucReply | undefined;
  /** Why the agent did not run it; empty where it did. */
  readonly error: string;
}

/**
 * The hook tool's side of one connection to an agent: turns calls into bytes and bytes into answers. It opens no
 * connection: send what `request` gives, in order; `push` what arrives, and take the answers with `next` until it
 * gives none; call `end` when the connection has ended. After an error give the connection up.
 */
export class JujucClient {
  readonly #writer = new GobWriter();
  readonly #pairs: MessagePairs;

  constructor(limits: Partial<GobLimits> = {}) {
    this.#pairs = new MessagePairs(limits);
  }

  /**
   * Writes a call. `seq` is its number, from 0 on, which its answer has too.
   *
   * @throws {GobError} `NOT_ENCODABLE` for half of a surrogate pair, or a `seq` that is no whole number from 0 on;
   *   the connection can be used further
   */
  request(seq: number, request: JujucRequest): Uint8Array {
    if (!Number.isSafeInteger(seq) || seq < 0) {
      throw new GobError('NOT_ENCODABLE', `seq is ${seq}; it is a whole number from 0 on.`);
    }
    const header = new Map<string, GobValue>([
      ['ServiceMethod', JUJUC_METHOD],
      ['Seq', BigInt(seq)],
    ]);
    return this.#writer.write([REQUEST_HEADER, header], [REQUEST, toFields(request)]);
  }

  /** Takes in bytes that arrived. */
  push(chunk: Uint8Array): void {
    this.#pairs.push(chunk);
  }

  /**
   * Gives the next answer; undefined where more bytes are needed for it.
   *
   * @throws {GobError} `MALFORMED`, `TOO_LARGE`, `UNSUPPORTED`
   */
  next(): JujucAnswer | undefined {
    const pair = this.#pairs.next();
    if (pair === undefined) return undefined;
    const error = textIn(pair.header, 'Error');
    const reply = error === '' ? toReply(pair.body) : undefined;
    return { seq: seqIn(pair.header), reply, error };
  }

  /**
   * Says that no more bytes come.
   *
   * @throws {GobError} `TRUNCATED` where they end within an answer
   */
  end(): void {
    this.#pairs.end();
  }
}

function toFields(request: JujucRequest): GobStruct {
  return new Map<string, GobValue>([
    ['ContextId', request.contextId],
    ['Dir', request.dir],
    ['CommandName', request.commandName],
    ['Args', request.args],
    ['StdinSet', request.stdin !== undefined],
    ['Stdin', request.stdin ?? new Uint8Array()],
    ['Token', request.token ?? ''],
  ]);
}

function toReply(body: GobStruct): JujucReply {
  return {
    code: integerIn(body, 'Code'),
    stdout: bytesIn(body, 'Stdout'),
    stderr: bytesIn(body, 'Stderr'),
  };
}
