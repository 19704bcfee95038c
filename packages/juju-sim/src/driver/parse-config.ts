import type { ConfigValue } from '../model/controller.ts';
import type { CharmFolder, OptionType } from './charm-folder.ts';
import { SimError } from './sim-error.ts';

/** Values of a charm's options, each of the type that the charm declares. @throws {SimError} for others */
export function parseConfig(
  charm: CharmFolder,
  values: Readonly<Record<string, ConfigValue>>,
): ReadonlyMap<string, ConfigValue> {
  return new Map(
    Object.entries(values).map(([key, value]) => {
      const type = charm.optionTypes.get(key);
      if (type === undefined)
        throw new SimError(
          `the charm ${charm.name} has no option "${key}"; it has ${[...charm.optionTypes.keys()].join(', ') || 'none'}.`,
        );
      return [key, typeof value === 'string' ? parseValue(key, type, value) : value];
    }),
  );
}

function parseValue(key: string, type: OptionType, text: string): ConfigValue {
  if (type === 'boolean') {
    if (/^true$/i.test(text)) return true;
    if (/^false$/i.test(text)) return false;
  } else if (type === 'int' || type === 'float') {
    const value = Number(text);
    if (
      text.trim() !== '' &&
      Number.isFinite(value) &&
      (type === 'float' || Number.isInteger(value))
    )
      return value;
  } else return text;
  throw new SimError(`option "${key}" is of type ${type}, and "${text}" is not.`);
}
