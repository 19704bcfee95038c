import type { UnitName } from '@baton/coordinator';

interface Watcher {
  readonly unit: UnitName;
  readonly keys: readonly string[];
  readonly onChange: () => void;
  told: boolean;
}

/** Whom a change concerns; what is left out is not asked for. */
export interface Audience {
  readonly keys?: readonly string[];
  readonly except?: UnitName;
  readonly only?: UnitName;
}

/** Who wants to hear of changes, and has not been told yet. */
export class Watchers {
  readonly #watchers = new Set<Watcher>();

  /** Registers a callback; returns how to stop it, a call already under way included. */
  watch(unit: UnitName, keys: readonly string[], onChange: () => void): () => void {
    const watcher: Watcher = { unit, keys, onChange, told: false };
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  /** Calls back everyone of the audience, once however many changes come before the callback ran. */
  tell(audience: Audience): void {
    for (const watcher of this.#watchers) {
      if (watcher.told || !concerns(audience, watcher)) continue;
      watcher.told = true;
      // Never inside the call that made the change: the caller is in the middle of something.
      queueMicrotask(() => {
        watcher.told = false;
        if (this.#watchers.has(watcher)) watcher.onChange();
      });
    }
  }
}

function concerns(audience: Audience, watcher: Watcher): boolean {
  return (
    (audience.keys?.some((key) => watcher.keys.includes(key)) ?? true) &&
    (audience.except === undefined || audience.except !== watcher.unit) &&
    (audience.only === undefined || audience.only === watcher.unit)
  );
}
