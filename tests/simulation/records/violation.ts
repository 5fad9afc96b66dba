/** A promise of the product that did not hold. */
export class Violation extends Error {
  override readonly name = 'Violation'
  readonly promise: 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'P10' | 'P11'

  constructor(promise: Violation['promise'], what: string) {
    super(`${promise}: ${what}`)
    this.promise = promise
  }
}
