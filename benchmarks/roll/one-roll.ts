import * as z from 'zod/mini';

import { contestants } from './contestant.ts';
import { virtualRoll } from './virtual-roll.ts';

const argumentsSchema = z.tuple([
  z.enum(contestants),
  z.enum(['3.6', '4.0']),
  z.coerce.number(),
  z.string(),
]);
const SEED = 1;

// `count-rolls.ts` starts this for each roll.
const [contestant, juju, units, python] = argumentsSchema.parse(process.argv.slice(2));
const count = await virtualRoll({ contestant, juju, units, seed: SEED, python });
process.stdout.write(JSON.stringify(count));
