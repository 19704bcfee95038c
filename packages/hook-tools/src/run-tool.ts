import * as z from 'zod/mini';
import { HookToolError } from './errors.ts';
import { failure } from './failure.ts';
import { refuseLoneSurrogate } from './arguments.ts';
import { shorten } from './shorten.ts';
import type { HookToolTransport, ToolCall, ToolResult } from './transport.ts';

/**
 * Runs a tool that must succeed, and gives what it printed.
 *
 * @throws {HookToolError} by what the tool says, or before it runs
 */
export async function runTool(transport: HookToolTransport, call: ToolCall): Promise<string> {
  refuseLoneSurrogates(call);
  return printed(call, await transport.run(call));
}

/**
 * Runs a tool that reads, asks it for JSON, and checks what it printed. It is called several times a hook, so it makes
 * one promise and not two.
 *
 * @throws {HookToolError} as {@link runTool}, and `MALFORMED_OUTPUT`; for its arguments at once
 */
export function readTool<Output>(
  transport: HookToolTransport,
  tool: string,
  args: readonly string[],
  schema: z.ZodMiniType<Output>,
): Promise<Output> {
  const call = jsonCall(tool, args);
  return transport.run(call).then((result) => parsed(call, result, schema));
}

/**
 * As {@link readTool}, of a tool that fails where there is nothing; gives undefined then.
 *
 * @param isNothing - whether the tool failed for that alone
 */
export function readToolIfAny<Output>(
  transport: HookToolTransport,
  tool: string,
  args: readonly string[],
  schema: z.ZodMiniType<Output>,
  isNothing: (result: ToolResult) => boolean,
): Promise<Output | undefined> {
  const call = jsonCall(tool, args);
  return transport
    .run(call)
    .then((result) => (isNothing(result) ? undefined : parsed(call, result, schema)));
}

function jsonCall(tool: string, args: readonly string[]): ToolCall {
  const call = { tool, args: ['--format=json', ...args] };
  refuseLoneSurrogates(call);
  return call;
}

function parsed<Output>(call: ToolCall, result: ToolResult, schema: z.ZodMiniType<Output>): Output {
  const stdout = printed(call, result);
  const output = z.safeParse(schema, parseJson(call, stdout));
  if (output.success) return output.data;
  throw malformed(call, `${shorten(stdout)} is not what it prints`, output.error);
}

function refuseLoneSurrogates({ tool, args }: ToolCall): void {
  for (const argument of args) refuseLoneSurrogate(tool, args, argument);
}

/** What the tool printed, if it succeeded. */
function printed(call: ToolCall, result: ToolResult): string {
  if (result.exitCode !== 0) throw failure(call, result);
  return result.stdout;
}

function parseJson(call: ToolCall, stdout: string): unknown {
  try {
    // JSON.parse gives `any`; the schema says what it is.
    return JSON.parse(stdout) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw malformed(call, `${shorten(stdout)} is not JSON`, error);
  }
}

function malformed({ tool, args }: ToolCall, why: string, cause: unknown): HookToolError {
  return new HookToolError(
    'MALFORMED_OUTPUT',
    `${tool} succeeded, but its output cannot be read: ${why}. Is it Juju's ${tool} that is on the PATH?`,
    { cause, tool, args, exitCode: 0 },
  );
}
