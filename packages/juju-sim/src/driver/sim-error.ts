/** What the user of juju-sim can put right: the message says what is wrong and what to do. */
export class SimError extends Error {
  /** Always `SimError`. */
  override readonly name = 'SimError';
}
