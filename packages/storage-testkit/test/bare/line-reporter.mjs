/** Prints one line of JSON for every test: its name, how it ended, and the note of a skip. */
export default class LineReporter {
  onTestCaseResult(testCase) {
    const { state, note } = testCase.result();
    const name = [testCase.parent.name, testCase.name].join(' ');
    process.stdout.write(`${JSON.stringify({ name, state, note })}\n`);
  }
}
