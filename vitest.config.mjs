export default {
  test: {
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
