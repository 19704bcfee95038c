import type { ActionRecord, Printable } from '../model/hook.ts';
import type { HookContext } from '../model/hook-context.ts';
import { Refusal } from '../model/refusal.ts';
import { UsageError } from './result.ts';
import { atMost, printingTool, type Tool } from './tool.ts';

const reserved = ['stdout', 'stdout-encoding', 'stderr', 'stderr-encoding'];

function actionOf(context: HookContext): ActionRecord {
  if (context.action === undefined) throw new Refusal('not running an action');
  return context.action;
}

const actionGet = printingTool({
  name: 'action-get',
  flags: {},
  run(context, args) {
    const [path = ''] = atMost(args, 1);
    let value: Printable = actionOf(context).parameters;
    for (const key of path === '' ? [] : path.split('.')) {
      value = isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    }
    return value;
  },
});

function isMap(value: Printable): value is { readonly [key: string]: Printable } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const actionSet: Tool = {
  name: 'action-set',
  flags: {},
  run(context, args) {
    const pairs = args.rest.map((arg) => {
      const [, path, value = ''] = /^([^=]*)=([^]*)$/.exec(arg) ?? [];
      if (path === undefined || path === '')
        throw new UsageError(`argument "${arg}" must be of the form key...=value`);
      const keys = path.split('.');
      const first = keys[0] ?? '';
      if (keys.length === 1 && reserved.includes(first))
        throw new UsageError(`cannot set reserved action key "${first}"`);
      const wrong = keys.find((key) => !/^[a-z0-9](([a-z0-9-.]+)?[a-z0-9])?$/.test(key));
      if (wrong !== undefined)
        throw new UsageError(
          `key "${wrong}" must start and end with lowercase alphanumeric, and contain only lowercase alphanumeric, hyphens and periods`,
        );
      return { keys, value };
    });
    const action = actionOf(context);
    for (const { keys, value } of pairs) setDeep(action.results, keys, value);
    return '';
  },
};

function setDeep(results: Record<string, unknown>, keys: readonly string[], value: string): void {
  const [key = '', ...rest] = keys;
  if (rest.length === 0) {
    results[key] = value;
    return;
  }
  const below = results[key];
  const inner: Record<string, unknown> =
    typeof below === 'object' && below !== null ? Object.fromEntries(Object.entries(below)) : {};
  results[key] = inner;
  setDeep(inner, rest, value);
}

const actionFail: Tool = {
  name: 'action-fail',
  flags: {},
  run(context, args) {
    const [message = 'action failed without reason given, check action for errors'] = atMost(
      args,
      1,
    );
    const action = actionOf(context);
    action.status = 'failed';
    action.message = message;
    return '';
  },
};

const actionLog: Tool = {
  name: 'action-log',
  flags: {},
  run(context, args) {
    if (args.rest.length === 0) throw new UsageError('no message specified');
    actionOf(context).log.push(args.rest.join(' '));
    return '';
  },
};

/** The tools about actions. */
export const actionTools: readonly Tool[] = [actionGet, actionSet, actionFail, actionLog];
