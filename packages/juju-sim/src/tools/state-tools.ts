import { Refusal } from '../model/refusal.ts';
import { parseKeyValues } from './key-values.ts';
import { fromFile, toObject } from './relation-tools.ts';
import { UsageError } from './result.ts';
import { atMost, isOn, printingTool, type Tool } from './tool.ts';

const stateGet = printingTool({
  name: 'state-get',
  flags: { strict: 'bool' },
  run(context, args) {
    const [key = ''] = atMost(args, 1);
    const values = context.state.values();
    if (key === '' || key === '-') return values.size === 0 ? null : toObject(values);
    const value = values.get(key);
    if (value === undefined && isOn(args, 'strict')) return new Refusal(`"${key}" not found`);
    return value ?? '';
  },
});

const stateSet: Tool = {
  name: 'state-set',
  flags: { file: 'value' },
  run(context, args, input) {
    const pairs = parseKeyValues(args.rest);
    for (const [key, value] of new Map([...fromFile(args, input.read), ...pairs]))
      context.state.set(key, value);
    return '';
  },
};

const stateDelete: Tool = {
  name: 'state-delete',
  flags: {},
  run(context, args) {
    const [key = ''] = atMost(args, 1);
    if (key === '') throw new UsageError('no key specified');
    context.state.delete(key);
    return '';
  },
};

/** The tools about the unit's charm state. */
export const stateTools: readonly Tool[] = [stateGet, stateSet, stateDelete];
