import type { HookContext } from '../model/hook-context.ts';
import type { FlagKinds, ParsedArgs } from './flags.ts';
import { UsageError } from './result.ts';

/** `-r`, the relation that a tool is about. */
export const relationFlags: FlagKinds = { r: 'value', relation: 'value' };

/**
 * Checks that the relation of `-r`, or of the hook, is there. What stands before the last colon of the
 * id is ignored, as Juju does.
 * @throws {UsageError} if it is not, or none is given outside of relation hooks
 */
export function requireRelation(context: HookContext, args: ParsedArgs): void {
  const flag = args.flags.get('r') ?? args.flags.get('relation');
  if (flag === undefined || flag.value === '') {
    if (!context.isRelationHook) throw new UsageError('no relation id specified');
    return;
  }
  const { value, spelled } = flag;
  const id = value.slice(value.lastIndexOf(':') + 1);
  const invalid = `invalid value "${value}" for option ${spelled}`;
  if (!/^[+-]?\d+$/.test(id)) throw new UsageError(`${invalid}: invalid relation id`);
  if (Number(id) !== context.relation?.id) throw new UsageError(`${invalid}: relation not found`);
}
