import type { TestProject } from 'vitest/node';

import { findPython, type Python } from './python.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly python: Python;
  }
}

/** Makes the Python packages ready, once before all tests. */
export default async function setUp(project: TestProject): Promise<void> {
  project.provide('python', await findPython());
}
