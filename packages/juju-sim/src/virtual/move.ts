import type { Topic } from '../model/controller.ts';
import type { UnitName } from '../model/names.ts';

/**
 * One thing that happens to a virtual application. A history is a list of them; one that cannot happen where it
 * stands is left out, so that a history stays one when others are taken out of it.
 */
export type Move =
  /** The unit goes on: a hook or action begins, a hook tool is answered, or what is over is flushed or recorded. */
  | OfUnit<'step'>
  /** The charm's code goes on after a pause that is over. */
  | OfUnit<'resume'>
  | {
      /** A unit's agent hears of something that changed. */
      readonly do: 'deliver';
      /** The unit, such as `db/0`. */
      readonly unit: UnitName;
      /** What it hears of, one of what `Model.undelivered` gives. */
      readonly topic: Topic;
    }
  | {
      /** Time passes. */
      readonly do: 'wait';
      /** How long, in ms: less where a timer or deadline of a running hook, or the end of a suspension, comes first. */
      readonly ms: number;
    }
  | {
      /** An operator changes the configuration. */
      readonly do: 'set-config';
      /** The new value of the option `turn`. */
      readonly value: number;
    }
  /** The unit is asked to run the action `tidy`. */
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
  /** The agent of a unit starts again. */
  | OfUnit<'start'>
  /** A minute in which nobody does anything, and then another unit leads. */
  | OfUnit<'lapse'>
  /** The leader's claims reach the controller no more, until `reconnect`. */
  | OfUnit<'cut-off'>
  /** The claims of a unit that was cut off reach the controller again. */
  | OfUnit<'reconnect'>
  | {
      /** The wall clock of the unit's machine is wrong from now on. */
      readonly do: 'set-clock';
      /** The unit, such as `db/0`. */
      readonly unit: UnitName;
      /** By how much it is ahead, in ms; below 0 it is behind. */
      readonly ms: number;
    }
  | {
      /** The unit's machine is suspended: nothing runs on it, and its monotonic clock stands still. */
      readonly do: 'suspend';
      /** The unit, such as `db/0`. */
      readonly unit: UnitName;
      /** For how long, in ms. */
      readonly ms: number;
    }
  | {
      /** An operator adds a unit. */
      readonly do: 'add-unit';
    }
  /** An operator removes the unit: it runs its last hooks, and then is gone. */
  | OfUnit<'remove-unit'>
  /** An operator removes the unit at once, whatever it does. */
  | OfUnit<'force-remove'>
  | {
      /** `goal-state` fails for everybody, until `see-again`. */
      readonly do: 'lose-sight';
    }
  | {
      /** `goal-state` answers again. */
      readonly do: 'see-again';
    }
  | {
      /** Somebody writes what is no document over a document. */
      readonly do: 'corrupt';
      /** A unit's, by its name, or {@link APPLICATION}. */
      readonly whose: DocumentOwner;
    }
  | {
      /** An operator sets aside what cannot be read. */
      readonly do: 'mend';
    };

/** A move that is about one unit, and about nothing else. */
export interface OfUnit<Do extends string> {
  /** What happens. */
  readonly do: Do;
  /** The unit, such as `db/0`. */
  readonly unit: UnitName;
}

/** A move as a line says it. */
export function moveText(move: Move): string {
  const { do: what, ...rest } = move;
  return [what, ...Object.values(rest).map(String)].join(' ');
}
