import {
  defaultTransport,
  relationGet,
  relationList,
  type HookToolTransport,
} from '@baton/hook-tools';
import type { ReadinessCheck } from '../services/required-data.ts';
import { HookMemo } from './hook-memo.ts';
import { relationIdsOf } from './relation-ids.ts';

/** What one remote unit has published. */
export interface RelationUnitData {
  /** The id of the relation, as in `db:3`. */
  readonly relation: string;
  /** The remote unit, as in `mysql/0`. */
  readonly unit: string;
  /** Its databag, with Juju's own keys (`ingress-address`, …). */
  readonly data: ReadonlyMap<string, string>;
}

/** Data of a relation that a service requires; made by {@link relationData}. */
export interface RelationData extends ReadinessCheck {
  /** Whether at least one remote unit has published all the keys. @throws {HookToolError} */
  isReady(): Promise<boolean>;
  /**
   * The remote units that have published all the keys, relation by relation, in Juju's order; those that have
   * published some of them are left out. Read once a hook. @throws {HookToolError}
   */
  read(): Promise<readonly RelationUnitData[]>;
}

/**
 * Reads what remote units have published on every relation of a name: as `requiredData` it is there when at
 * least one unit has published all the keys, none of them empty. In `dataReady` take it with `read()`.
 *
 * It costs one `relation-ids` a hook, one `relation-list` a relation and one `relation-get` a unit.
 *
 * @param relation - the name of the relation, as the charm's metadata has it
 * @param keys - what a unit has to publish; with none, a unit that has joined is enough
 * @param transport - how the tools are called; `defaultTransport()` of `@baton/hook-tools` where absent
 */
export function relationData(
  relation: string,
  keys: readonly string[],
  transport?: HookToolTransport,
): RelationData {
  const complete = new HookMemo(async () => {
    const units = await readUnits(relation, transport);
    // Juju keeps no empty values: a key is there or it is not.
    return units.filter(({ data }) => keys.every((key) => data.has(key)));
  });
  return {
    isReady: async () => (await complete.get()).length > 0,
    read: () => complete.get(),
  };
}

async function readUnits(
  name: string,
  transport: HookToolTransport = defaultTransport(),
): Promise<readonly RelationUnitData[]> {
  const found: RelationUnitData[] = [];
  for (const relation of await relationIdsOf(transport, name)) {
    for (const unit of await relationList(transport, { relation })) {
      found.push({ relation, unit, data: await relationGet(transport, { relation, unit }) });
    }
  }
  return found;
}
