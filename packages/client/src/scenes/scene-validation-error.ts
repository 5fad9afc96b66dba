import type { z } from 'zod'

/** A change of a scene is not what it may be: nothing was written. */
export class SceneValidationError extends Error {
  override readonly name = 'SceneValidationError'
  /** What is wrong, where: `changes.width must be …`. */
  readonly problems: readonly string[]

  constructor(what: string, problems: readonly string[]) {
    super(`${what} is not valid: ${problems.join('; ')}`)
    this.problems = problems
  }
}

export function problemsOf({ issues }: z.ZodError): readonly string[] {
  return issues.map(({ path, message }) => [path.join('.'), message].filter((part) => part !== '').join(' '))
}
