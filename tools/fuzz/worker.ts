/**
 * Tries one range of inputs in a process of its own, so that its memory can be told from that of others.
 *
 * Argument: the {@link Job} as JSON.
 */
import { DECODERS } from './decoders.ts';
import { fuzzRange } from './fuzz-range.ts';
import type { Job, Message } from './messages.ts';

/** By then the code is compiled and the corpus made. */
const WARM_UP_INPUTS = 5000;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the run that starts the worker passes these
const job = JSON.parse(process.argv[2] ?? '') as Job;
const decoder = DECODERS.find(({ name }) => name === job.decoder);
if (decoder === undefined) throw new Error(`there is no decoder ${job.decoder}`);

function send(message: Message): void {
  process.send?.(message);
}

// Ctrl-C reaches every process of the terminal; the run hears it too and ends its workers.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
// Stacks of errors that are expected take most of the time; a failure is tried again with them.
Error.stackTraceLimit = 0;
fuzzRange(decoder, { ...job, count: Math.min(WARM_UP_INPUTS, job.count) });
const before = process.memoryUsage.rss();
const tally = fuzzRange(decoder, job, (tried) => {
  if (tried % WARM_UP_INPUTS === 0) send({ tried });
});
const peak = process.resourceUsage().maxRSS * 1024;
send({ tally, grownBytes: Math.max(0, peak - before) });
process.disconnect();
