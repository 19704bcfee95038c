import {
  defaultTransport,
  HookContext,
  relationGet,
  relationSet,
  type HookToolTransport,
} from '@baton/hook-tools';
import type { RelationPublisher } from '../services/service-system.ts';
import { relationIdsOf } from './relation-ids.ts';

/**
 * Publishes in this unit's databag of each relation of that name. It reads the databag first, sets only what
 * changed, and takes away a key whose value is empty; other keys stay as they are. What it sets is published
 * when the hook has succeeded, and dropped when it fails. {@link ServiceManager} uses it by itself in a hook
 * of Juju.
 *
 * It costs one `relation-ids` a hook and, for each relation, one `relation-get`, and one `relation-set` if
 * something changed. Its method throws `HookToolError`.
 *
 * @param transport - how the tools are called; `defaultTransport()` of `@baton/hook-tools` where absent
 */
export function jujuRelations(transport?: HookToolTransport): RelationPublisher {
  async function publish(name: string, data: Readonly<Record<string, string>>): Promise<void> {
    const by = transport ?? defaultTransport();
    const relations = await relationIdsOf(by, name);
    if (relations.length === 0) return;
    const { unit } = HookContext.fromEnvironment();
    for (const relation of relations) {
      const bag = await relationGet(by, { relation, unit });
      const changed = Object.entries(data).filter(([key, value]) => value !== (bag.get(key) ?? ''));
      if (changed.length > 0) await relationSet(by, { relation, data: new Map(changed) });
    }
  }

  return { publish };
}
