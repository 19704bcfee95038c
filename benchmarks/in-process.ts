import { coldStartFigures } from './cold-start.ts';
import { decideFigures } from './decide.ts';
import { fileHookFigures } from './file-hook.ts';
import type { Figure } from './figure.ts';
import { inProcessParts, type InProcessPart } from './in-process-parts.ts';
import { memoryHookFigures } from './memory-hook.ts';

const MEASUREMENTS: Readonly<Record<InProcessPart, () => Promise<readonly Figure[]>>> = {
  decide: decideFigures,
  'memory-hook': memoryHookFigures,
  'file-hook': fileHookFigures,
  'cold-start': coldStartFigures,
};

// `main.ts` starts this, bundled as a charm is shipped, with the names of what it is to measure.
const figures: Figure[] = [];
for (const part of inProcessParts)
  if (process.argv.includes(part)) figures.push(...(await MEASUREMENTS[part]()));
process.stdout.write(JSON.stringify(figures));
