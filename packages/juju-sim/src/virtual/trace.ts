import type { ToolCall, ToolResult } from '@baton/hook-tools';

import type { HookContext } from '../model/hook-context.ts';
import type { HookEnd } from '../model/model-options.ts';
import type { UnitName } from '../model/names.ts';

/** One event of a history. */
export interface TraceEvent {
  /** When, in ms since the beginning. */
  readonly atMs: number;
  /** Whose event it is; empty where it is the whole application's. */
  readonly unit: UnitName;
  /** The hook in which it happens; empty outside of hooks. */
  readonly hook: string;
  /** What happens. */
  readonly text: string;
}

/** Makes the events of a history. */
export class TraceLog {
  readonly #startMs: number;
  readonly #tell: (event: TraceEvent) => void;

  constructor(startMs: number, tell: (event: TraceEvent) => void) {
    this.#startMs = startMs;
    this.#tell = tell;
  }

  said(now: number, unit: UnitName, hook: string, text: string, end?: HookEnd): void {
    const why = end?.result === 'failed' ? `: ${end.why}` : '';
    this.#tell({ atMs: now - this.#startMs, unit, hook, text: `${text}${why}` });
  }

  called(now: number, context: HookContext, call: ToolCall, result: ToolResult): void {
    const name = context.hook?.name ?? context.action?.name ?? '';
    this.said(now, context.unit, name, callText(call, result));
  }
}

function callText(
  { tool, args, stdin }: ToolCall,
  { exitCode, stdout, stderr }: ToolResult,
): string {
  const shown = args.filter((arg) => arg !== '--format=json').join(' ');
  const input = stdin === undefined ? '' : ` < ${shorten(stdin)}`;
  const answer = exitCode === 0 ? shorten(stdout) : `fails: ${shorten(stderr)}`;
  return `${tool} ${shorten(shown)}${input}${answer === '' ? '' : ` -> ${answer}`}`;
}

function shorten(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > 72 ? `${line.slice(0, 69)}...` : line;
}

/** An event as one line, in fixed columns: seconds, unit, hook, what. */
export function traceLine({ atMs, unit, hook, text }: TraceEvent): string {
  const seconds = (atMs / 1_000).toFixed(3);
  return `${seconds.padStart(11)}  ${unit.padEnd(6)} ${hook.padEnd(24)} ${text}`.trimEnd();
}
