import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';

import type { TraceEvent } from '../virtual/trace.ts';

const traceEvent = z.object({
  atMs: z.number(),
  unit: z.string(),
  hook: z.string(),
  text: z.string(),
});

/**
 * A file without a name, to which a worker writes the events of a history as it plays it: they are there also
 * when the worker hangs or dies.
 */
export class TraceFile {
  readonly descriptor: number;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'juju-sim-trace-'));
    this.descriptor = openSync(join(folder, 'trace'), 'wx+');
    // What is open stays usable, and is gone when it is closed, however that comes about.
    rmSync(folder, { recursive: true });
  }

  /** The events that were written; a line that was cut off is left out. */
  read(): TraceEvent[] {
    const bytes = Buffer.alloc(fstatSync(this.descriptor).size);
    // From the beginning: the place in the file is shared with the worker.
    readSync(this.descriptor, bytes, 0, bytes.length, 0);
    const lines = bytes.toString().split('\n');
    return lines.slice(0, -1).map((line) => traceEvent.parse(JSON.parse(line)));
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
