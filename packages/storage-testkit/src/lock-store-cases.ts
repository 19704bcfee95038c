import { contentCases } from './cases/contents.ts';
import { corruptionCases } from './cases/corruption.ts';
import { grantCases } from './cases/grants.ts';
import { hookCases } from './cases/hooks.ts';
import { leadershipCases } from './cases/leadership.ts';
import { sheetCases } from './cases/sheets.ts';
import { unitCases } from './cases/units.ts';
import { watchCases } from './cases/watching.ts';
import type { ConformanceCase } from './conformance-case.ts';

/** Everything that a LockStore must do, topic by topic. Each case wants a fresh harness. */
export const lockStoreCases: readonly ConformanceCase[] = [
  ...sheetCases,
  ...grantCases,
  ...leadershipCases,
  ...unitCases,
  ...hookCases,
  ...contentCases,
  ...corruptionCases,
  ...watchCases,
];
