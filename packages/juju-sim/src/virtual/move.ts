import type { Topic } from '../model/controller.ts';
import type { UnitName } from '../model/names.ts';

/**
 * One thing that happens to a virtual application. A history is a list of them; one that cannot happen where it
 * stands is left out, so that a history stays one when others are taken out of it.
 */
export type Move =
  | OfUnit<'step'>
  | OfUnit<'resume'>
  | { readonly do: 'deliver'; readonly unit: UnitName; readonly topic: Topic }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'set-config'; readonly value: number }
  | OfUnit<'action'>
  | Fault;

/** Whose document: a unit's by its name, or the application's. */
export type DocumentOwner = string;

/** The owner of the application's document. */
export const APPLICATION: DocumentOwner = 'application';

/** What goes wrong, or what an operator does at a bad moment. */
export type Fault =
  /** The charm's code throws where it stands, or its process exits with 1. */
  | OfUnit<'fail'>
  /** The hook's process is killed. */
  | OfUnit<'kill'>
  /** The next hook tool fails, and has done nothing. */
  | OfUnit<'fail-call'>
  /** The next hook tool does its work, and fails. */
  | OfUnit<'lose-answer'>
  /** What the hook wrote cannot be sent when it has exited with 0. */
  | OfUnit<'fail-flush'>
  /** The agent dies, and what it runs; it starts again with `start`. */
  | OfUnit<'crash'>
  | OfUnit<'start'>
  /** A minute in which nobody does anything, and then another unit leads. */
  | OfUnit<'lapse'>
  /** The leader's claims reach the controller no more, until `reconnect`. */
  | OfUnit<'cut-off'>
  | OfUnit<'reconnect'>
  /** The wall clock of the unit's machine is wrong by so much. */
  | { readonly do: 'set-clock'; readonly unit: UnitName; readonly ms: number }
  /** The unit's machine is suspended: nothing runs on it, and its monotonic clock stands still. */
  | { readonly do: 'suspend'; readonly unit: UnitName; readonly ms: number }
  | { readonly do: 'add-unit' }
  | OfUnit<'remove-unit'>
  | OfUnit<'force-remove'>
  /** `goal-state` fails for everybody, until it is asked for again. */
  | { readonly do: 'lose-sight' }
  | { readonly do: 'see-again' }
  /** Somebody writes what is no document over a unit's document, or over the application's. */
  | { readonly do: 'corrupt'; readonly whose: DocumentOwner }
  /** An operator sets aside what cannot be read. */
  | { readonly do: 'mend' };

interface OfUnit<Do extends string> {
  readonly do: Do;
  readonly unit: UnitName;
}

/** A move as a line says it. */
export function moveText(move: Move): string {
  const { do: what, ...rest } = move;
  return [what, ...Object.values(rest).map(String)].join(' ');
}
