/** How far an issuer's clock may be from ours. */
export const clockSkewMs = 60_000
