/**
 * What Juju refuses: the message is the one a hook tool prints behind `ERROR`. Any other error that
 * comes out of the model is a defect of the model.
 */
export class Refusal extends Error {
  /** Always `Refusal`. */
  override readonly name = 'Refusal';
}
