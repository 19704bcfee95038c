import type { HookInfo, HookReport, HookWrap } from '@baton/coordinator';
import { HookError } from './errors.ts';
import { throwExitCode } from './exit-code.ts';

/** The part of a hook that goes on inside a wrap. */
export type HookBody = () => Promise<HookReport>;

/** Puts `wraps` around `body`, the first outermost; nothing runs until the returned function is called. */
export function nest(wraps: readonly HookWrap[], body: HookBody, hook: HookInfo): HookBody {
  return wraps.reduceRight<HookBody>((inner, wrap) => () => runWrap(wrap, inner, hook), body);
}

/**
 * Runs one wrap. A wrap that swallows a failure, or that leaves the charm's code out, would let those outside
 * it publish what must not be: both are failures here.
 */
async function runWrap(wrap: HookWrap, inner: HookBody, hook: HookInfo): Promise<HookReport> {
  const runs: Promise<HookReport>[] = [];
  const once: HookBody = () => {
    if (runs.length > 0) return Promise.reject(misused(hook, 'called the body a second time'));
    const run = inner();
    runs.push(run);
    return run;
  };
  try {
    await wrap(once, hook);
  } finally {
    // A wrap that did not wait for the body must not leave it running behind the next hook's back.
    await Promise.allSettled(runs);
  }
  const [run] = runs;
  if (run === undefined) throw misused(hook, 'ended without having called the body');
  const report = await run;
  throwExitCode();
  return report;
}

function misused(hook: HookInfo, what: string): HookError {
  return new HookError(
    'WRAP_MISUSED',
    `A wrap ${what} in the ${hook.kind} ${hook.name}; have it call the body exactly once, or throw.`,
  );
}
