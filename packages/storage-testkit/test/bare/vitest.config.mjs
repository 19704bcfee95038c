import { project } from '../../../../vitest.shared.mjs';

const base = project('bare');

export default {
  ...base,
  test: {
    ...base.test,
    include: ['bare.fixture.ts'],
    reporters: ['./line-reporter.mjs'],
  },
};
