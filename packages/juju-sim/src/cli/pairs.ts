import { InvalidArgumentError } from 'commander';
import * as z from 'zod/mini';

import { SimError } from '../driver/sim-error.ts';

/** Pairs, by their keys. */
export type Pairs = Readonly<Record<string, string>>;

/** Reads one more `key=value` argument. @throws {InvalidArgumentError} for anything else */
export function addPair(arg: string, before: Pairs): Pairs {
  const equals = arg.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError(`It is key=value, not "${arg}".`);
  return { ...before, [arg.slice(0, equals)]: arg.slice(equals + 1) };
}

const actionRecord = z.looseObject({
  id: z.string(),
  status: z.string(),
  message: z.string(),
  log: z.array(z.string()),
  results: z.record(z.string(), z.unknown()),
});

/** What became of an action, for people. @throws {SimError} if it failed */
export function actionText(value: unknown): string {
  const { id, status, message, log, results } = actionRecord.parse(value);
  if (status !== 'completed') throw new SimError(`action ${id} ${status}: ${message}`);
  const lines = Object.entries(results).map(([key, result]) =>
    typeof result === 'string' ? `${key}: ${result}` : `${key}: ${JSON.stringify(result)}`,
  );
  return [...log, `action ${id} ${status}`, ...lines].join('\n');
}
