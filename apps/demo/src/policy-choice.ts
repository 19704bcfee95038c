import { limit, serial, type Policy } from '@baton/coordinator';

const CHOICE = /^(?:serial|limit=([1-9][0-9]{0,3}|(?:[1-9][0-9]?|100)%))$/;

/** A policy as the command line names it: `serial`, `limit=2` or `limit=25%`. */
export type PolicyChoice = 'serial' | `limit=${number}` | `limit=${number}%`;

/** Whether the text names a policy. */
export function isPolicyChoice(text: string): text is PolicyChoice {
  return CHOICE.test(text);
}

/** Makes the policy that was chosen. */
export function makePolicy(choice: PolicyChoice): Policy {
  const most = limitOf(choice);
  return most === undefined ? serial() : limit(most);
}

/** How many of so many units the policy lets work at once. */
export function allowedAtOnce(choice: PolicyChoice, units: number): number {
  const most = limitOf(choice);
  if (most === undefined) return 1;
  if (typeof most === 'number') return most;
  return Math.max(1, Math.floor((units * Number.parseInt(most, 10)) / 100));
}

function limitOf(choice: PolicyChoice): number | `${number}%` | undefined {
  const text = CHOICE.exec(choice)?.[1];
  if (text === undefined) return undefined;
  const number = Number.parseInt(text, 10);
  return text.endsWith('%') ? `${number}%` : number;
}
