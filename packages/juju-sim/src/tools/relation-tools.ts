import type { Bag } from '../model/bag.ts';
import { applicationOf, isUnitName } from '../model/names.ts';
import type { HookContext } from '../model/hook-context.ts';
import { Refusal } from '../model/refusal.ts';
import type { ParsedArgs } from './flags.ts';
import { parseKeyValues } from './key-values.ts';
import type { Printable } from '../model/hook.ts';
import { relationFlags, requireRelation } from './relation-option.ts';
import { UsageError } from './result.ts';
import { readSettingsFile } from './settings-file.ts';
import { atMost, isOn, printingTool, type Tool } from './tool.ts';

const relationIds = printingTool({
  name: 'relation-ids',
  flags: {},
  run(context, args) {
    const [endpoint = ''] = atMost(args, 1);
    if (endpoint === '' && !context.isRelationHook)
      throw new UsageError('no endpoint name specified');
    const { relation } = context;
    if (relation === undefined || (endpoint !== '' && endpoint !== relation.endpoint)) return [];
    return [context.relationName];
  },
});

const relationList = printingTool({
  name: 'relation-list',
  flags: { ...relationFlags, app: 'bool' },
  run(context, args) {
    requireRelation(context, args);
    atMost(args, 0);
    return isOn(args, 'app') ? context.controller.application : context.members;
  },
});

const relationGet = printingTool({
  name: 'relation-get',
  flags: { ...relationFlags, app: 'bool' },
  run(context, args) {
    requireRelation(context, args);
    const [key = '', ...target] = args.rest;
    const whose = targetOf(context, target[0], isOn(args, 'app'));
    atMost(args, 2);
    const bag = whose.application ? applicationBag(context, whose.name) : context.bagOf(whose.name);
    return key === '' || key === '-' ? toObject(bag) : (bag.get(key) ?? null);
  },
});

/** Whose bag: the unit named, else the hook's remote unit, else its remote application. */
function targetOf(
  context: HookContext,
  named: string | undefined,
  app: boolean,
): { readonly name: string; readonly application: boolean } {
  if (named === undefined || named === '') {
    const { remoteUnit = '', remoteApplication = '' } = context.hook ?? {};
    if (remoteUnit !== '' && !app) return { name: remoteUnit, application: false };
    if (remoteApplication === '') throw new UsageError('no unit or application specified');
    return { name: remoteApplication, application: true };
  }
  if (app) return { name: isUnitName(named) ? applicationOf(named) : named, application: true };
  if (isUnitName(named)) return { name: named, application: false };
  throw new UsageError(
    /^[a-z][a-z0-9-]*$/.test(named)
      ? `expected unit name, got application name "${named}"`
      : `invalid unit name "${named}"`,
  );
}

function applicationBag(context: HookContext, name: string): Bag {
  if (name !== context.controller.application) throw new Refusal('permission denied');
  return context.applicationBag();
}

const relationSet: Tool = {
  name: 'relation-set',
  flags: { ...relationFlags, app: 'bool', file: 'value', format: 'value' },
  run(context, args, input) {
    requireRelation(context, args);
    const pairs = parseKeyValues(args.rest);
    const changes = new Map([...fromFile(args, input.read), ...pairs]);
    if (isOn(args, 'app')) context.setApplicationBag(changes);
    else context.setOwnBag(changes);
    return '';
  },
};

/** The settings that `--file` names, if it is given. */
export function fromFile(args: ParsedArgs, read: (path: string) => string): Bag {
  const path = args.flags.get('file')?.value ?? '';
  return path === '' ? new Map() : readSettingsFile(read(path));
}

/** Bags are never changed in place, so what was made of one stays right. */
const objects = new WeakMap<Bag, { readonly [key: string]: Printable }>();

/** A bag as it is printed. */
export function toObject(bag: Bag): { readonly [key: string]: Printable } {
  let object = objects.get(bag);
  if (object === undefined) {
    object = Object.freeze(Object.fromEntries(bag));
    objects.set(bag, object);
  }
  return object;
}

const relationModelGet = printingTool({
  name: 'relation-model-get',
  flags: relationFlags,
  run(context, args) {
    requireRelation(context, args);
    atMost(args, 0);
    return { uuid: context.controller.modelUuid };
  },
});

/** The tools about the peer relation. */
export const relationTools: readonly Tool[] = [
  relationIds,
  relationList,
  relationGet,
  relationSet,
  relationModelGet,
];
