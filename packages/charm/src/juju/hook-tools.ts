import type * as hookTools from '@baton/hook-tools';
import type { HookToolTransport } from '@baton/hook-tools';

/** A client of Juju's hook tools, and how they are called. */
export interface HookTools {
  readonly tools: typeof hookTools;
  readonly transport: HookToolTransport;
}

/**
 * Loads the client of Juju's hook tools when the first of them is needed: every hook pays for what its program
 * loads, and a charm outside Juju needs none.
 *
 * @param transport - how they are called; `defaultTransport()` of `@baton/hook-tools` where absent
 */
export async function loadHookTools(transport?: HookToolTransport): Promise<HookTools> {
  const tools = await import('@baton/hook-tools');
  return { tools, transport: transport ?? tools.defaultTransport() };
}
