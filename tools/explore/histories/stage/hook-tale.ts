import type { StoryLine } from './page-text.ts';

/** What one hook has done so far that may be worth telling. */
export class HookTale {
  readonly unit: string;
  readonly hook: string;
  /** Whether anything happened in it; what it only read is told as well then, and else nothing is. */
  eventful = false;
  /** What it was told when it asked whether it leads, and when. */
  leads: { readonly answer: boolean; readonly atMs: number } | undefined;
  /** The line that grows with every sheet that the leader reads. */
  sheets: StoryLine | undefined;

  constructor(unit: string, hook: string) {
    this.unit = unit;
    this.hook = hook;
  }
}
