import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import * as z from 'zod/mini';
import { stringify } from 'yaml';

import { SimError } from '../driver/sim-error.ts';
import { ask } from './control-client.ts';
import type { ControlRequest } from './control-request.ts';
import { parseCount } from './numbers.ts';
import type { Output } from './output.ts';
import { addPair, type Pairs } from './pairs.ts';
import { controlPath } from './run-command.ts';
import { logLine, statusText } from './text.ts';
import { readStatus } from './read-status.ts';

interface ControlFlags {
  readonly folder: string;
  readonly json?: boolean;
}

/** Adds the commands for the application that runs, to be given in a second terminal. */
export function addControlCommands(command: Command, output: Output): void {
  const { out } = output;
  const add = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .option('--folder <folder>', 'where the application runs', '.juju-sim');
  const tell = async (
    { folder, json }: ControlFlags,
    request: ControlRequest,
    text: (result: unknown) => string,
  ): Promise<void> => {
    const result = await ask(controlPath(folder), request);
    const line = json ? JSON.stringify(result) : text(result);
    if (line !== '') out(line);
  };

  add('status', 'who leads, what every unit does and says')
    .option('--json', 'print JSON')
    .action((flags: ControlFlags) =>
      tell(flags, { verb: 'status' }, (result) => statusText(readStatus(result))),
    );
  add('show-unit', 'the databags, state and status of a unit')
    .argument('<unit>')
    .option('--json', 'print JSON')
    .action((unit: string, flags: ControlFlags) =>
      tell(flags, { verb: 'show-unit', unit }, (result) => stringify(result).trimEnd()),
    );
  add('config', 'config set KEY=VALUE...: sets options of the charm')
    .addArgument(new Argument('<set>').choices(['set']))
    .argument('<pairs...>', '', addPair, {})
    .action((_set: string, values: Pairs, flags: ControlFlags) =>
      tell(flags, { verb: 'config-set', values }, said('set')),
    );
  add('add-unit', 'adds units')
    .option('-n, --count <number>', 'how many', parseCount, 1)
    .action((flags: ControlFlags & { readonly count: number }) =>
      tell(flags, { verb: 'add-unit', count: flags.count }, (result) =>
        z
          .array(z.string())
          .parse(result)
          .map((unit) => `added ${unit}`)
          .join('\n'),
      ),
    );
  add('remove-unit', 'removes a unit: it runs its last hooks')
    .argument('<unit>')
    .option('--force', 'gone at once, its processes killed', false)
    .action((unit: string, flags: ControlFlags & { readonly force: boolean }) =>
      tell(flags, { verb: 'remove-unit', unit, force: flags.force }, said(`removing ${unit}`)),
    );
  for (const [verb, description, done] of [
    ['stop-agent', "ends a unit's agent and the hook that it runs", 'stopped the agent of'],
    ['start-agent', "starts a unit's agent again", 'started the agent of'],
    ['elect', 'makes a unit the leader', 'elected'],
  ] as const)
    add(verb, description)
      .argument('<unit>')
      .action((unit: string, flags: ControlFlags) =>
        tell(flags, { verb, unit }, said(`${done} ${unit}`)),
      );
  add('resolve', 'tries the failed hook of a unit again now')
    .argument('<unit>')
    .option('--no-retry', 'count it as run instead')
    .action((unit: string, flags: ControlFlags & { readonly retry: boolean }) =>
      tell(flags, { verb: 'resolve', unit, retry: flags.retry }, said(`resolved ${unit}`)),
    );
  add('refresh', 'gives every unit, or one, the charm of a folder')
    .argument('<charm>')
    .option('--unit <unit>', 'only this unit')
    .action((charm: string, flags: ControlFlags & { readonly unit?: string }) =>
      tell(
        flags,
        { verb: 'refresh', charm: resolve(charm), ...(flags.unit ? { unit: flags.unit } : {}) },
        said('refreshing'),
      ),
    );
  add('stop', 'ends the application').action((flags: ControlFlags) =>
    tell(flags, { verb: 'stop' }, said('stopping')),
  );
  add('debug-log', 'what the units logged')
    .option('-f, --follow', 'go on until the application ends', false)
    .option('--json', 'print lines of JSON')
    .action((flags: ControlFlags & { readonly follow: boolean }) => debugLog(flags, output));
}

/** What is said of a request that has no result. */
function said(line: string): () => string {
  return () => line;
}

const logReply = z.object({
  next: z.int(),
  entries: z.array(
    z.object({
      at: z.number(),
      unit: z.string(),
      level: z.string(),
      logger: z.string(),
      message: z.string(),
    }),
  ),
});

async function debugLog(
  { folder, json, follow }: ControlFlags & { readonly follow: boolean },
  { out }: Output,
): Promise<void> {
  let from = 0;
  for (let asked = false; ; asked = true) {
    let reply: z.infer<typeof logReply>;
    try {
      const request = { verb: 'debug-log', from, wait: asked } as const;
      reply = logReply.parse(await ask(controlPath(folder), request));
    } catch (error) {
      // Whoever follows the log has seen all of it when the application ends.
      if (asked && error instanceof SimError) return;
      throw error;
    }
    from = reply.next;
    for (const entry of reply.entries) out(json ? JSON.stringify(entry) : logLine(entry));
    if (!follow) return;
  }
}
