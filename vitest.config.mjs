import { availableParallelism } from 'node:os';

export default {
  test: {
    // One more than there are processors: tests that start processes mostly wait for them.
    maxWorkers: availableParallelism() + 1,
    projects: [
      'packages/*/vitest.config.mjs',
      'apps/*/vitest.config.mjs',
      'tools/*/vitest.config.mjs',
    ],
    reporters: ['default', './tools/vitest/plain-reporter.mjs'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text-summary', 'json-summary', 'text'],
    },
  },
};
