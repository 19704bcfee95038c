import type { HookContext } from '../model/hook-context.ts';
import type { Profile } from '../model/profile.ts';
import { Refusal } from '../model/refusal.ts';
import type { FlagKinds, ParsedArgs } from './flags.ts';
import type { Printable } from '../model/hook.ts';
import { formatOf, outputFlags, print } from './output.ts';
import { UsageError } from './result.ts';

/** What a tool may use of its call beside the arguments. */
interface ToolInput {
  /** The text of a file, or of the standard input for `-`. @throws {ProtocolError} if that was not sent */
  readonly read: (path: string) => string;
}

/** One hook tool: how its arguments are read, and what it does. */
export interface Tool {
  readonly name: string;
  readonly flags: FlagKinds;
  /** Whether this Juju has the tool; every Juju has it if not given. */
  readonly exists?: (profile: Profile) => boolean;
  /**
   * Runs the call and gives what it prints. Throws a UsageError (exit code 2) or a Refusal (1); gives the Refusal where
   * it is nothing out of the ordinary, for an error that is thrown takes as long as the rest of the call.
   */
  readonly run: (context: HookContext, args: ParsedArgs, input: ToolInput) => string | Refusal;
}

/** A tool that prints a value in the format asked for; the default is `smart`. */
export function printingTool(
  tool: Omit<Tool, 'run'> & {
    readonly byDefault?: 'yaml';
    readonly run: (context: HookContext, args: ParsedArgs) => Printable | Refusal;
  },
): Tool {
  const { byDefault, run, ...rest } = tool;
  return {
    ...rest,
    flags: { ...tool.flags, ...outputFlags },
    run: (context, args) => {
      const format = formatOf(args, byDefault);
      const value = run(context, args);
      return value instanceof Refusal ? value : print(value, format);
    },
  };
}

/** Whether a flag that takes no value is on. */
export function isOn(args: ParsedArgs, ...names: readonly string[]): boolean {
  return names.some((name) => args.flags.get(name)?.value === 'true');
}

/** At most so many arguments. @throws {UsageError} naming the others */
export function atMost(args: ParsedArgs, count: number): readonly string[] {
  const extra = args.rest.slice(count);
  if (extra.length > 0)
    throw new UsageError(`unrecognized args: [${extra.map((arg) => `"${arg}"`).join(' ')}]`);
  return args.rest;
}
