export { codecCases } from './codec-cases.ts';
export type { CodecCase } from './codec-cases.ts';
export type { ConformanceCase } from './conformance-case.ts';
export { whatIsOffered } from './harness.ts';
export type { HarnessMember, LateUnit, LockStoreHarness, Need, StoreFeature } from './harness.ts';
export { lockStoreCases } from './lock-store-cases.ts';
