import type { ConfigValue } from '@baton/hook-tools';
import * as z from 'zod/mini';

import { isPolicyChoice, type PolicyChoice } from '../policy-choice.ts';

/** The options of the charm, as an operator has set them. */
export interface CharmConfig {
  /** The version that the server is to serve. */
  readonly version: number;
  /** How many units may restart at once. */
  readonly policy: PolicyChoice;
  /** The process without which the server ends; 0 for none. */
  readonly guardian: number;
}

const schema: z.ZodMiniType<CharmConfig> = z.object({
  version: z.int().check(z.gte(1)),
  policy: z.custom<PolicyChoice>(
    (value) => typeof value === 'string' && isPolicyChoice(value),
    'expected serial, limit=<number>, or limit=<1 to 100>%',
  ),
  guardian: z.int().check(z.gte(0)),
});

/**
 * Checks what `config-get` gave.
 *
 * @throws {Error} that says which option is wrong and how to set it right
 */
export function readConfig(config: ReadonlyMap<string, ConfigValue>): CharmConfig {
  const result = schema.safeParse(Object.fromEntries(config));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const option = String(issue?.path[0]);
  throw new Error(
    `the option ${option} is ${JSON.stringify(config.get(option))}: ${issue?.message}; ` +
      `set it by \`juju config\`, and Juju tries this hook again`,
  );
}
