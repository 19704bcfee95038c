import type { Snapshot } from '../snapshot.ts';

/** Where the demo shows what goes on. */
export interface View {
  /** Shows how things stand; called many times a second. */
  show(snapshot: Snapshot): void;
  /** Says one thing that happened. */
  say(line: string): void;
  /** Shows nothing more, and leaves the terminal as it should be. */
  end(): void;
}

/** Shows nothing. */
export const silentView: View = {
  show: () => undefined,
  say: () => undefined,
  end: () => undefined,
};
