import { HookToolError } from './errors.ts';
import type { ToolCall } from './transport.ts';

/**
 * The text that a tool printed; a byte order mark stays.
 *
 * @throws {HookToolError} `MALFORMED_OUTPUT` where it is not UTF-8
 */
export function printedText(
  { tool, args }: ToolCall,
  exitCode: number,
  printed: Uint8Array,
  stderr: string,
): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(printed);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new HookToolError(
      'MALFORMED_OUTPUT',
      `${tool} exited with ${exitCode}, and what it printed is not UTF-8.`,
      { tool, args, exitCode, stderr },
    );
  }
}
