import { HookToolError } from './errors.ts';
import { printedText } from './printed-text.ts';
import { shorten } from './shorten.ts';
import type { HookToolTransport, ToolCall, ToolResult } from './transport.ts';

/** The most bytes that one argument of a process may have on Linux. */
export const SPAWN_ARGUMENT_BYTES_MAX: number = 131_071;

/** How {@link SpawnTransport} is made. */
export interface SpawnTransportOptions {
  /** The environment of the tools, whose `PATH` they are looked for on; `process.env` where absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs each tool as a process found on the `PATH`, as Juju means them to be used. It costs one process a call:
 * some 6 ms with Juju's own tools.
 */
export class SpawnTransport implements HookToolTransport {
  readonly #env: Readonly<Record<string, string | undefined>> | undefined;

  constructor(options: SpawnTransportOptions = {}) {
    this.#env = options.env;
  }

  /**
   * Runs a tool and waits until it has exited and closed its output.
   *
   * @throws {HookToolError} `MISSING` where there is no such program on the `PATH`; `VALUE_NOT_SENDABLE`, before
   *   the tool runs, for an argument of more than 131,071 bytes or with a NUL; `MALFORMED_OUTPUT` where it prints
   *   what is not UTF-8; `FAILED` where it could not be started, or was ended by a signal
   */
  async run(call: ToolCall): Promise<ToolResult> {
    for (const argument of call.args) refuseArgument(call, argument);
    return await new Promise((resolve, reject) => {
      run(call, this.#env ?? process.env, resolve, reject);
    });
  }
}

function run(
  call: ToolCall,
  env: Readonly<Record<string, string | undefined>>,
  resolve: (result: ToolResult) => void,
  reject: (error: unknown) => void,
): void {
  // Looked up here: a hook that needs no process must not pay for loading it.
  const { spawn } = process.getBuiltinModule('node:child_process');
  let child;
  try {
    child = spawn(call.tool, call.args, { env: { ...env }, stdio: 'pipe', shell: false });
  } catch (error) {
    reject(notStarted(call, error));
    return;
  }
  const stdout: Uint8Array[] = [];
  const stderr: Uint8Array[] = [];
  child.stdout.on('data', (chunk: Uint8Array) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Uint8Array) => stderr.push(chunk));
  child.once('error', (error) => reject(notStarted(call, error)));
  child.once('close', (exitCode, signal) => {
    const said = Buffer.concat(stderr).toString('utf8');
    if (exitCode === null) reject(endedBySignal(call, signal, said));
    else {
      try {
        const printed = printedText(call, exitCode, Buffer.concat(stdout), said);
        resolve({ exitCode, stdout: printed, stderr: said });
      } catch (error) {
        reject(error);
      }
    }
  });
  child.stdin.on('error', (error) => {
    // A tool that refuses its arguments exits without reading; its exit code tells.
    if (!('code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET'))) {
      reject(notStarted(call, error));
    }
  });
  child.stdin.end(call.stdin ?? '');
}

function refuseArgument({ tool, args }: ToolCall, argument: string): void {
  const bytes = Buffer.byteLength(argument, 'utf8');
  if (bytes > SPAWN_ARGUMENT_BYTES_MAX) {
    throw new HookToolError(
      'VALUE_NOT_SENDABLE',
      `${tool} was not called: its argument ${shorten(argument)} has ${bytes} bytes, and one argument of a ` +
        `process has at most ${SPAWN_ARGUMENT_BYTES_MAX}; make the value smaller, or share it out among several keys.`,
      { tool, args },
    );
  }
  if (argument.includes('\0')) {
    throw new HookToolError(
      'VALUE_NOT_SENDABLE',
      `${tool} was not called: its argument ${shorten(argument)} has a NUL, which no argument of a process can ` +
        'have; encode the value.',
      { tool, args },
    );
  }
}

function notStarted({ tool, args }: ToolCall, error: unknown): HookToolError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  const details = { cause: error, tool, args };
  if (code === 'ENOENT') {
    return new HookToolError(
      'MISSING',
      `${tool} could not be run: there is no such program on the PATH. Either this is not a hook of Juju, or ` +
        'this version of Juju does not have that tool.',
      details,
    );
  }
  if (code === 'E2BIG') {
    return new HookToolError(
      'VALUE_NOT_SENDABLE',
      `${tool} was not called: its arguments and the environment are larger than the system takes (E2BIG); send ` +
        'fewer values in one call.',
      details,
    );
  }
  return new HookToolError(
    'FAILED',
    `${tool} could not be run (${String(code || error)}); see its cause for what the system says.`,
    details,
  );
}

function endedBySignal(
  { tool, args }: ToolCall,
  signal: string | null,
  stderr: string,
): HookToolError {
  return new HookToolError(
    'FAILED',
    `${tool} was ended by ${signal ?? 'a signal'} before it answered, so it may or may not have done its work.`,
    { tool, args, stderr },
  );
}
