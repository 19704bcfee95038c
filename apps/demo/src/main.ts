import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { Interrupted, runDemo } from './demo.ts';
import { parseCommandLine, type DemoOptions } from './options.ts';
import { describeReport, type Report } from './report.ts';
import { PlainLines } from './view/plain-lines.ts';
import { silentView, type View } from './view/view.ts';

const EXIT_FAILED = 1;
const EXIT_WRONG_ARGUMENTS = 2;
const EXIT_SIGNALLED = 128;

async function main(): Promise<number> {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.kind === 'help') {
    process.stdout.write(commandLine.text);
    return 0;
  }
  const complaint =
    commandLine.kind === 'wrong' ? commandLine.message : complaintOf(commandLine.options);
  if (commandLine.kind === 'wrong' || complaint !== undefined) {
    process.stderr.write(`demo: ${complaint} (--help tells more)\n`);
    return EXIT_WRONG_ARGUMENTS;
  }
  return await run(commandLine.options);
}

/** Makes the picture's folder, so that a wrong `--out` is found before the roll and not after it. */
function complaintOf(options: DemoOptions): string | undefined {
  try {
    mkdirSync(dirname(resolve(options.out)), { recursive: true });
    return undefined;
  } catch (error) {
    return `--out ${options.out} cannot be written: ${messageOf(error)}`;
  }
}

async function run(options: DemoOptions): Promise<number> {
  const view = await chooseView(options);
  try {
    const report = await runDemo(options, view);
    view.end();
    print(report, options);
    return report.ok ? 0 : EXIT_FAILED;
  } catch (error) {
    view.end();
    if (error instanceof Interrupted) {
      process.stderr.write(`demo: stopped by ${error.signal}; no process is left behind\n`);
      return EXIT_SIGNALLED + error.signalNumber;
    }
    const message = messageOf(error);
    process.stderr.write(`demo: ${message}\n`);
    if (options.json) printJson({ ok: false, problems: [message] });
    return EXIT_FAILED;
  }
}

async function chooseView(options: DemoOptions): Promise<View> {
  if (options.json) return silentView;
  if (!process.stdout.isTTY) return new PlainLines((text) => process.stdout.write(text));
  const { LiveTable } = await import('./view/live-table.ts');
  return new LiveTable(process.stdout);
}

function print(report: Report, options: DemoOptions): void {
  if (options.json) printJson(report);
  else process.stdout.write(describeReport(report));
}

function printJson(result: Report | Pick<Report, 'ok' | 'problems'>): void {
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.exitCode = await main();
