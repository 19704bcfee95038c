/** What one hook has done so far, as its witnesses saw it. */
export class HookWork {
  readonly unit: string;
  /** The locks it asked for, held or gave up. */
  readonly touched: Set<string> = new Set();
  /** The locks under which it has done its work. */
  readonly completed: Set<string> = new Set();
  /** The locks it asked for in vain, so far. */
  readonly waitsFor: Set<string> = new Set();
  /** The locks it no longer waits for. */
  readonly cancelled: Set<string> = new Set();
  /** The databags of others that it has read: what `relation-get` printed, by unit. */
  readonly read: Map<string, string> = new Map();
  /** What the tools last printed of the bag or the settings in which the grants are. */
  grantsSeen = '';
  /** What it had seen, and its own clock in µs, when it asked for a lock that it had not asked for before. */
  readonly asked: Map<string, { readonly seen: string; readonly nowMicros: number }> = new Map();
  /** Whether it was a leader to its end, as far as it was told. */
  ledToTheEnd = false;
  /** Whether it learnt everything it asked. */
  learntAll = true;
  /** The application's grants when it was flushed. */
  grantsBefore: string | undefined;

  constructor(unit: string) {
    this.unit = unit;
  }
}
