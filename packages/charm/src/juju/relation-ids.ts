import { relationIds, type HookToolTransport } from '@baton/hook-tools';
import { HookMemo } from './hook-memo.ts';

/** What was asked, by the one who was asked and the name of the relation. */
const asked = new WeakMap<HookToolTransport, Map<string, HookMemo<readonly string[]>>>();

/** The ids of the relations of a name: in Juju's order, and asked for once a hook, whoever wants to know. */
export async function relationIdsOf(
  transport: HookToolTransport,
  name: string,
): Promise<readonly string[]> {
  const byName = asked.get(transport) ?? new Map<string, HookMemo<readonly string[]>>();
  asked.set(transport, byName);
  const memo = byName.get(name) ?? new HookMemo(() => relationIds(transport, name));
  byName.set(name, memo);
  return await memo.get();
}
