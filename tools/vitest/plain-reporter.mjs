/**
 * Ends a test run with one line that any tool can read: `N passed, N failed, N skipped`.
 * A file that cannot be loaded counts as a failure, since none of its tests ran.
 */
export default class PlainReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const testModule of testModules) {
      if (testModule.errors().length > 0) count.failed += 1;
      for (const test of testModule.children.allTests()) {
        const { state } = test.result();
        count[state in count ? state : 'failed'] += 1;
      }
    }
    count.failed += unhandledErrors.length;
    const line = `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}
