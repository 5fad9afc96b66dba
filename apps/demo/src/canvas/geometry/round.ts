/** Furthest a coordinate may lie from the origin, in scene units: beyond it a browser's canvas draws nothing sensible. */
export const coordinateMax = 1_000_000

/** A coordinate or a length as documents keep it: to a hundredth of a unit, and never so far out that nobody could read it. */
export function roundPlace(length: number): number {
  return Math.max(-coordinateMax, Math.min(coordinateMax, Math.round(length * 100) / 100))
}

/** An angle in degrees to a hundredth, from -180 (not included) to 180. */
export function roundAngle(degrees: number): number {
  const whole = Math.round(degrees * 100) / 100
  const turned = ((whole % 360) + 360) % 360
  return Math.round((turned > 180 ? turned - 360 : turned) * 100) / 100
}
