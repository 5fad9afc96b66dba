import { webcrypto } from 'node:crypto'
import { createSeededRandom, type SeededRandom } from '@rejoin/core/testing'

/**
 * Yjs draws its client ids from the platform's randomness, which lib0 binds when it is loaded: this module has to be imported before
 * anything that imports lib0, so that one seed decides those too.
 */
let source: SeededRandom = createSeededRandom(0)

webcrypto.getRandomValues = <T extends Parameters<typeof webcrypto.getRandomValues>[0]>(array: T): T => {
  if (array instanceof Uint32Array) for (let index = 0; index < array.length; index++) array[index] = source.below(2 ** 32)
  else if (array instanceof Uint8Array) for (let index = 0; index < array.length; index++) array[index] = source.below(256)
  else throw new Error('no seeded values of that kind')
  return array
}

/** From now on client ids come from this source. */
export function seedCrypto(random: SeededRandom): void {
  source = random
}
