import type { HookContext, Model } from '@baton/juju-sim/model';

/** Runs the charm's code for one hook or action; resolves to its exit code. */
export type RunHook = (hook: HookContext) => Promise<number>;

/**
 * Runs the hooks of a model inside this process until no unit has anything to do but to wait. In each round
 * everybody hears of what happened before it, and then each unit in turn, in an order that chance gives, runs
 * one hook. Hooks take no time.
 */
export async function settle(model: Model, run: RunHook, random: () => number): Promise<void> {
  for (;;) {
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
    if (!ran) return;
  }
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
