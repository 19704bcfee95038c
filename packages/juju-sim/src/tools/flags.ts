import { UsageError } from './result.ts';

/** The flags of a tool by their names without dashes: whether they take a value. */
export type FlagKinds = Readonly<Record<string, 'bool' | 'value'>>;

/** The arguments of a call, taken apart. */
export interface ParsedArgs {
  /** The last value of each flag that was given, with the spelling it was given in. */
  readonly flags: ReadonlyMap<string, { readonly value: string; readonly spelled: string }>;
  readonly rest: readonly string[];
}

/**
 * Takes arguments apart as Juju's tools do: flags may come after other arguments, `--` ends them, a
 * lone `-` is none, and letters behind one dash are flags each.
 * @throws {UsageError} for flags that are unknown or lack their value
 */
export function parseArgs(args: readonly string[], kinds: FlagKinds): ParsedArgs {
  const flags = new Map<string, { value: string; spelled: string }>();
  const rest: string[] = [];
  const waiting = args.values();
  for (const arg of waiting) {
    if (arg === '--') {
      rest.push(...waiting);
      break;
    }
    if (!arg.startsWith('-') || arg === '-') rest.push(arg);
    else if (arg.startsWith('--')) takeLong(arg, kinds, waiting, flags);
    else takeShort(arg, kinds, waiting, flags);
  }
  return { flags, rest };
}

/** The arguments that were not looked at yet. */
type Waiting = Iterator<string>;
type Flags = Map<string, { value: string; spelled: string }>;

function takeLong(arg: string, kinds: FlagKinds, waiting: Waiting, flags: Flags): void {
  const end = arg.indexOf('=');
  const spelled = end < 0 ? arg : arg.slice(0, end);
  const name = spelled.slice('--'.length);
  const value = end < 0 ? undefined : arg.slice(end + 1);
  const kind = kindOf(kinds, name);
  if (name === '') throw new UsageError(`bad flag syntax: ${arg}`);
  if (kind === undefined) throw new UsageError(`option provided but not defined: ${spelled}`);
  if (kind === 'bool') flags.set(name, { value: boolean(value ?? 'true', spelled), spelled });
  else flags.set(name, { value: value ?? next(waiting, spelled), spelled });
}

function takeShort(arg: string, kinds: FlagKinds, waiting: Waiting, flags: Flags): void {
  for (let letters = arg.slice(1); letters !== ''; letters = letters.slice(1)) {
    const name = letters.charAt(0);
    const spelled = `-${name}`;
    const kind = kindOf(kinds, name);
    if (kind === undefined) throw new UsageError(`option provided but not defined: ${spelled}`);
    if (kind === 'bool') {
      flags.set(name, { value: 'true', spelled });
      continue;
    }
    const value = letters.length > 1 ? letters.slice(1) : next(waiting, spelled);
    flags.set(name, { value, spelled });
    return;
  }
}

/** What every object has, such as `constructor`, is no flag. */
function kindOf(kinds: FlagKinds, name: string): 'bool' | 'value' | undefined {
  const kind = kinds[name];
  return kind === 'bool' || kind === 'value' ? kind : undefined;
}

function next(waiting: Waiting, spelled: string): string {
  const { done, value } = waiting.next();
  if (done === true) throw new UsageError(`option needs an argument: ${spelled}`);
  return value;
}

function boolean(value: string, spelled: string): string {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)) return 'true';
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value)) return 'false';
  throw new UsageError(
    `invalid boolean value "${value}" for option ${spelled}: strconv.ParseBool: parsing "${value}": invalid syntax`,
  );
}
