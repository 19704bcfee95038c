import type * as z from 'zod/mini';

import { CodecError } from '../errors.ts';

type Issue = z.core.$ZodIssue;

/** Long enough to find the place, short enough for a log line. */
const QUOTE_LENGTH_MAX = 60;

/**
 * Makes the error for a document whose shape is wrong: a sentence that names the place and the rule, with
 * zod's own report as its cause where there is one.
 */
export function schemaMismatch(
  document: string,
  problem: string | z.core.$ZodError,
  cause?: unknown,
): CodecError {
  const text = typeof problem === 'string' ? problem : whatIsWrong(problem);
  return new CodecError(
    'SCHEMA_MISMATCH',
    `not a valid ${document}: ${text}`,
    typeof problem === 'string' ? cause : problem,
  );
}

/** Puts what came from elsewhere into a message: text in quotes, escaped, and cut where it is long. */
export function quote(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return `a ${kind(value)}`;
  const cut = value.length > QUOTE_LENGTH_MAX ? '…' : '';
  return JSON.stringify(value.slice(0, QUOTE_LENGTH_MAX)) + cut;
}

function kind(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value;
}

/** What a schema says is wrong first, and where. */
export function whatIsWrong({ issues }: z.core.$ZodError): string {
  const [first] = issues;
  if (first === undefined) return 'refused without a reason';
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${[...first.path.map(quote), rule(first)].join(': ')}${more}`;
}

/** zod/mini comes without texts of its own, so the rules that have none are named here. */
function rule(issue: Issue): string {
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`;
  if (issue.code === 'too_big') {
    return `the ${issue.origin} is above the largest allowed, ${issue.maximum}`;
  }
  if (issue.code === 'invalid_format') return `does not have the form ${issue.pattern}`;
  return issue.message;
}
