import * as z from 'zod/mini';

import { SimError } from '../driver/sim-error.ts';
import type { ConfigValue } from '../model/controller.ts';
import type { ActionRecord } from '../model/hook.ts';

const unit = z.string();
const configValue = z.union([z.string(), z.number(), z.boolean()]);

const controlRequest = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('status') }),
  z.object({ verb: z.literal('config-set'), values: z.record(z.string(), configValue) }),
  z.object({ verb: z.literal('add-unit'), count: z.int() }),
  z.object({ verb: z.literal('remove-unit'), unit, force: z.boolean() }),
  z.object({ verb: z.literal('stop-agent'), unit }),
  z.object({ verb: z.literal('start-agent'), unit }),
  z.object({ verb: z.literal('elect'), unit }),
  z.object({ verb: z.literal('resolve'), unit, retry: z.boolean() }),
  z.object({ verb: z.literal('refresh'), charm: z.string(), unit: z.optional(unit) }),
  z.object({
    verb: z.literal('action'),
    unit,
    name: z.string(),
    parameters: z.record(z.string(), z.json()),
  }),
  z.object({ verb: z.literal('show-unit'), unit }),
  z.object({ verb: z.literal('debug-log'), from: z.int(), wait: z.boolean() }),
  z.object({ verb: z.literal('stop') }),
]);

/** What a second terminal can ask a running application to do. */
export type ControlRequest =
  | { readonly verb: 'status' | 'stop' }
  | { readonly verb: 'config-set'; readonly values: Readonly<Record<string, ConfigValue>> }
  | { readonly verb: 'add-unit'; readonly count: number }
  | { readonly verb: 'remove-unit'; readonly unit: string; readonly force: boolean }
  | { readonly verb: 'stop-agent' | 'start-agent' | 'elect' | 'show-unit'; readonly unit: string }
  | { readonly verb: 'resolve'; readonly unit: string; readonly retry: boolean }
  | { readonly verb: 'refresh'; readonly charm: string; readonly unit?: string | undefined }
  | {
      readonly verb: 'action';
      readonly unit: string;
      readonly name: string;
      readonly parameters: ActionRecord['parameters'];
    }
  | { readonly verb: 'debug-log'; readonly from: number; readonly wait: boolean };

/** The answer to a request. */
export type ControlReply = { readonly result: unknown } | { readonly error: string };

const controlReply = z.union([z.object({ error: z.string() }), z.object({ result: z.unknown() })]);

/** Reads a request. @throws {SimError} if it is none */
export function readRequest(line: string): ControlRequest {
  return read(line, controlRequest);
}

/** Reads a reply. @throws {SimError} if it is none */
export function readReply(line: string): ControlReply {
  return read(line, controlReply);
}

function read<T>(line: string, schema: z.ZodMiniType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new SimError(`no message of juju-sim: ${line}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SimError(`no message of this juju-sim: ${z.prettifyError(parsed.error)}`);
}
