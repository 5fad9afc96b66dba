import { SceneRequestError } from './scene-request-error.ts'

/** Work on a scene was given up: it took too long or too much memory, or its state is not what Yjs makes. Begun again at once it ends no better. */
export class SceneGivenUpError extends SceneRequestError {
  constructor() {
    super('UNAVAILABLE', 'this scene could not be changed')
  }
}
