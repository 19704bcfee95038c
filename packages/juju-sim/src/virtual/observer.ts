import type { ToolCall, ToolResult } from '@baton/hook-tools';

import type { HookContext } from '../model/hook-context.ts';
import type { HookEnd } from '../model/model-options.ts';
import type { UnitName } from '../model/names.ts';
import type { DocumentOwner } from './move.ts';

/**
 * Hears what happens in a virtual application, as it happens, to check it: it throws a {@link Violation} where
 * something is as it must not be. It stands apart from the charm, and may look at everything in the model.
 */
export interface VirtualObserver {
  /** A hook has begun; its process has not called anything yet. */
  began?(context: HookContext): void;
  /** A hook tool is to run. */
  calling?(context: HookContext, call: ToolCall): void;
  /** A hook tool has run, or failed. */
  called?(context: HookContext, call: ToolCall, result: ToolResult): void;
  /** The process has ended well, and what it wrote is to be sent. */
  flushing?(context: HookContext): void;
  /** What a hook wrote has been sent, or dropped. */
  flushed?(context: HookContext, end: HookEnd): void;
  /** A hook is over for its agent, or for good because its agent died: `requeued` then. */
  ended?(context: HookContext, end: HookEnd): void;
  /** An operator has taken away a document that could not be read: a unit's, or the application's. */
  setAside?(whose: DocumentOwner): void;
  /** A unit is gone; nothing of it runs any more. */
  gone?(unit: UnitName): void;
}

/** Something is as it must not be. */
export class Violation extends Error {
  /** Always `Violation`. */
  override readonly name = 'Violation';
  /** Which promise is broken, in a few words: the same for all cases of it. */
  readonly promise: string;
  /** Whether something bad happened, or something good never does. */
  readonly kind: 'safety' | 'liveness';

  constructor(kind: 'safety' | 'liveness', promise: string, message: string) {
    super(message);
    this.kind = kind;
    this.promise = promise;
  }
}
