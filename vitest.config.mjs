export default {
  test: {
    projects: ['packages/*', 'apps/*'],
    reporters: ['default', './tools/vitest/plain-reporter.mjs'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text-summary', 'json-summary', 'text'],
    },
  },
};
