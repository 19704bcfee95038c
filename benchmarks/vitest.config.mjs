import { project } from '../vitest.shared.mjs';

const { test, ...config } = project('benchmarks');

export default {
  ...config,
  // Some run whole applications, and the first makes Python's virtual environment.
  test: { ...test, testTimeout: 300_000, globalSetup: ['../tools/interop/set-up.ts'] },
};
