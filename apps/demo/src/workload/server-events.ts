import { appendFileSync } from 'node:fs';

import * as z from 'zod/mini';

import { readText } from '../files.ts';

/** What a server says of itself: it answers from `listening` on, and gives up its place at `closing`. */
export interface ServerEvent {
  readonly event: 'listening' | 'closing';
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  /** The configuration it was started with. */
  readonly version: number;
  /** The server's process. */
  readonly pid: number;
}

const schema: z.ZodMiniType<ServerEvent> = z.object({
  event: z.enum(['listening', 'closing']),
  at: z.number(),
  version: z.number(),
  pid: z.number(),
});

/** Adds one event to a server's file; it is in the file when this returns. */
export function appendServerEvent(path: string, event: ServerEvent): void {
  appendFileSync(path, `${JSON.stringify(event)}\n`);
}

/** Reads a server's events, the oldest first; a line that is still being written is left for later. */
export function readServerEvents(path: string): ServerEvent[] {
  const lines = (readText(path) ?? '').split('\n');
  lines.pop();
  return lines.map((line) => schema.parse(JSON.parse(line)));
}
