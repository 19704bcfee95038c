import { AutoTransport } from './auto-transport.ts';
import type { HookToolTransport } from './transport.ts';

let ofThisProcess: HookToolTransport | undefined;

/**
 * How hook tools are called where nobody says otherwise: the one {@link AutoTransport} of this process, with
 * whatever else it loads, so that all of it shares one connection to the agent.
 */
export function defaultTransport(): HookToolTransport {
  return (ofThisProcess ??= new AutoTransport());
}
