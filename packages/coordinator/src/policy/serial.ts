import { limit } from './limit.ts';
import type { Policy } from './policy.ts';

/** Makes a policy that lets one unit hold the lock at a time, in the order of the requests. */
export function serial(): Policy {
  return limit(1);
}
