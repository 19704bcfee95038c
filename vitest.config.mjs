import { availableParallelism } from 'node:os';

export default {
  test: {
    // By itself vitest leaves one processor free, which on a machine with two is half of it.
    maxWorkers: availableParallelism(),
    projects: [
      'packages/*/vitest.config.mjs',
      'apps/*/vitest.config.mjs',
      'tools/*/vitest.config.mjs',
      'benchmarks/vitest.config.mjs',
    ],
    reporters: ['default', './tools/vitest/plain-reporter.mjs'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text-summary', 'json-summary', 'text'],
    },
  },
};
