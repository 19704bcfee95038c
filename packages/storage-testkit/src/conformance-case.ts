import type { HarnessMember, LockStoreHarness, Need, StoreFeature } from './harness.ts';

/** One thing that every LockStore must do. It rejects, with an assertion that says why, where a store does not. */
export interface ConformanceCase {
  /** The behaviour, as a sentence that the topic begins; no two cases have the same topic and name. */
  readonly name: string;
  /** What it is about, for grouping, and the beginning of the sentence. */
  readonly topic: string;
  /** What it cannot do without; where something is missing, skip the case and say what. */
  readonly needs: readonly Need[];
  /** Runs it on a fresh harness, which the caller tears down. */
  run(harness: LockStoreHarness): Promise<void>;
}

/** A harness of which some members are known to be there. */
export type HarnessWith<Member extends HarnessMember> = LockStoreHarness &
  Required<Pick<LockStoreHarness, Member>>;

/** Makes the cases of one topic: name, what it needs, and the case itself. */
export function topic(
  name: string,
): <Member extends HarnessMember = never>(
  caseName: string,
  needs: readonly (Member | StoreFeature)[],
  run: (harness: HarnessWith<Member>) => Promise<void>,
) => ConformanceCase {
  return (caseName, needs, run) => ({
    name: caseName,
    topic: name,
    needs,
    run: async (harness) => {
      if (!offers(harness, needs)) {
        throw new TypeError(`"${caseName}" needs ${needs.join(', ')}: skip it on this harness`);
      }
      await run(harness);
    },
  });
}

function offers<Member extends HarnessMember>(
  harness: LockStoreHarness,
  needs: readonly (Member | StoreFeature)[],
): harness is HarnessWith<Member> {
  return needs.every((need) => isStoreFeature(need) || harness[need] !== undefined);
}

function isStoreFeature(need: Need): need is StoreFeature {
  return need === 'watch' || need === 'close' || need === 'refresh' || need === 'wake';
}
