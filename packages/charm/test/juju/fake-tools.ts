import type { HookToolTransport, ToolCall, ToolResult } from '@baton/hook-tools';

/** Hook tools that answer what a test says, and write down how they were called. */
export class FakeTools implements HookToolTransport {
  /** The calls, each as a command line with what it reads from standard input. */
  readonly calls: string[] = [];
  /** What tools print, by their command line; a tool without an entry prints nothing. */
  readonly answers = new Map<string, unknown>();
  /** What goes wrong, by the command line's beginning. */
  readonly failing = new Map<string, Error>();

  async run({ tool, args, stdin }: ToolCall): Promise<ToolResult> {
    const command = [tool, ...args.filter((arg) => arg !== '--format=json')].join(' ');
    this.calls.push(stdin === undefined ? command : `${command} < ${stdin.trim()}`);
    await Promise.resolve();
    for (const [beginning, error] of this.failing) {
      if (command.startsWith(beginning)) throw error;
    }
    const answer = this.answers.get(command);
    const stdout = answer === undefined ? '' : `${JSON.stringify(answer)}\n`;
    return { exitCode: 0, stdout, stderr: '' };
  }

  /** The calls since this was asked last. */
  take(): string[] {
    return this.calls.splice(0);
  }
}
