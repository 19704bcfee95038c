/** How much a peer may make a {@link GobReader} do. */
export interface GobLimits {
  /** The most bytes of one message. */
  readonly messageBytesMax: number;
  /** The most values within one message: fields, elements, and what they are made of. */
  readonly valuesMax: number;
  /** How deep values may lie within each other. */
  readonly depthMax: number;
  /** The most types that may be defined on a connection. */
  readonly typesMax: number;
}

/** Room for the largest databag Juju takes, four times over. */
export const DEFAULT_GOB_LIMITS: GobLimits = Object.freeze({
  messageBytesMax: 64 * 1024 * 1024,
  valuesMax: 262_144,
  depthMax: 32,
  typesMax: 256,
});
