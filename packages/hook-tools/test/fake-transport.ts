import {
  HookToolError,
  type HookToolTransport,
  type ToolCall,
  type ToolResult,
} from '../src/index.ts';

/** Answers every call with the same, and keeps what was called. */
export class FakeTransport implements HookToolTransport {
  readonly calls: ToolCall[] = [];
  readonly #answer: ToolResult;

  constructor(stdout = '', { stderr = '', exitCode = 0 } = {}) {
    this.#answer = { stdout, stderr, exitCode };
  }

  async run(call: ToolCall): Promise<ToolResult> {
    this.calls.push(call);
    return this.#answer;
  }
}

/** A tool that fails. */
export function failing(stderr: string, exitCode = 1): FakeTransport {
  return new FakeTransport('', { stderr: `ERROR ${stderr}\n`, exitCode });
}

/** The HookToolError that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<HookToolError> {
  try {
    await promise;
  } catch (error) {
    if (HookToolError.is(error)) return error;
    throw error;
  }
  throw new Error('it did not reject');
}
