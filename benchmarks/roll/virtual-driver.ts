import type { HookContext, Model } from '@baton/juju-sim/model';

/** Runs the charm's code for one hook or action; resolves to its exit code. */
export type RunHook = (hook: HookContext) => Promise<number>;

/**
 * Runs the hooks of a model inside this process until no unit has anything to do but to wait. Hooks take no
 * time.
 */
export async function settle(model: Model, run: RunHook, random: () => number): Promise<void> {
  while (await runRound(model, run, random));
}

/**
 * Everybody hears of what happened before the round, and then each unit in turn, in an order that chance gives,
 * runs one hook. Whether there was any.
 */
export async function runRound(model: Model, run: RunHook, random: () => number): Promise<boolean> {
  const units = shuffle(
    model.controller.living().map(({ name }) => name),
    random,
  );
  for (const unit of units) model.deliver(unit);
  let ran = false;
  for (const unit of units) {
    const { kind } = model.nextOperation(unit);
    if (kind !== 'hook' && kind !== 'action') continue;
    const context = model.begin(unit);
    const code = await run(context);
    const end = model.finish(context, { kind: 'exited', code });
    if (end.result !== 'done') throw new Error(`${context.id} has ${end.result}, code ${code}`);
    ran = true;
  }
  return ran;
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
