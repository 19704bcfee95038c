import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { SimError } from '../driver/sim-error.ts';
import type { Scenario } from '../virtual/scenario.ts';

/** Imports the module of a scenario. @throws {SimError} if it cannot be, or exports none */
export async function loadScenario(path: string): Promise<Scenario> {
  let module: object;
  try {
    // oxlint-disable-next-line typescript/no-unsafe-assignment -- whatever it has is looked at below
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new SimError(`the scenario ${path} cannot be loaded: ${whyOf(error)}`, { cause: error });
  }
  const scenario: unknown = 'default' in module ? module.default : undefined;
  if (!isScenario(scenario))
    throw new SimError(
      `the scenario ${path} has no function as its default export. Export one there that makes what is explored.`,
    );
  return scenario;
}

/** What it makes shows itself when it is played. */
function isScenario(value: unknown): value is Scenario {
  return typeof value === 'function';
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND') return error.message;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return `this Node reads no TypeScript. Install tsx, and set NODE_OPTIONS='--import tsx' for the command. (${error.message})`;
  return error.stack ?? error.message;
}
