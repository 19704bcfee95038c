import { project } from '../../vitest.shared.mjs';

const { test, ...config } = project('interop');

export default {
  ...config,
  // Whole applications run in real time here, and some wait for timers of theirs.
  test: {
    ...test,
    testTimeout: 300_000,
    globalSetup: ['./set-up.ts'],
    // The tests share no state but the bundles of the charms, and to load everything anew takes a second a file.
    isolate: false,
  },
};
