/** Bounds of what devices tell and are told, each with its unit. */
export const deviceLimits = {
  nameCharactersMax: 80,
  /** Runs of a device that are kept and answered, the latest; one report brings no more. */
  runsMax: 100,
  /** What was told is kept so long after the device was last heard of. */
  keptMs: 30 * 24 * 60 * 60 * 1000,
  /** A device heard of within this time is there. */
  presentMs: 5 * 60_000,
  errorCharactersMax: 512,
  /** A device may not say it carried out more: its next command is numbered after that. */
  commandNumberMax: 1_000_000_000,
  /** Devices of one user; beyond it the one that was silent for longest is forgotten. */
  perUserMax: 100,
} as const
