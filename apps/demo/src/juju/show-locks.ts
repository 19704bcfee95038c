import type { Explanation } from '@baton/coordinator';
import { actionSet, type HookToolTransport } from '@baton/hook-tools';

/** Answers the action `show-locks`: as text for people, which is printed too, and as JSON for programs. */
export async function showLocks(
  transport: HookToolTransport,
  locks: readonly Explanation[],
): Promise<void> {
  const text = locks.map((lock) => lock.toString()).join('\n');
  process.stdout.write(`${text}\n`);
  await actionSet(transport, { text, json: JSON.stringify(locks) });
}
