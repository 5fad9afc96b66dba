/** Every bound of scenes, each with its unit. */
export const sceneLimits = {
  /** Most operations of one request. */
  operationsMax: 500,
  /** Largest request body after decompression: a picture of a few long strokes is one. */
  requestBytesMax: 2 * 1024 * 1024,
  /** Largest JSON of one operation: a stroke of ten thousand points. */
  operationCharactersMax: 256 * 1024,
  elementIdCharactersMax: 64,
  kindCharactersMax: 64,
  /** Fields of one element or change. */
  fieldsMax: 256,
  fieldNameCharactersMax: 64,
  /** Furthest that a coordinate lies from the origin, and largest width and height, in scene units. */
  coordinateMax: 1_000_000_000,
  /** Latest time that a `Date` can hold, ms since the epoch. */
  timeMax: 8_640_000_000_000_000,
} as const
