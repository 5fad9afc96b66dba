import type { SceneOperation } from '@rejoin/core'

/** For people. The id of an element says nothing to them. */
export function sceneTitle(scene: string, operations: readonly SceneOperation[]): string {
  const [only, another] = operations
  if (only === undefined || another !== undefined) return `${operations.length} changes of ${scene}`
  switch (only.type) {
    case 'AddElement':
      return `Add ${only.element.kind} to ${scene}`
    case 'UpdateElement':
      return `Change an element of ${scene}`
    case 'RemoveElement':
      return `Remove an element of ${scene}`
    case 'Interaction':
      return `Tell of ${only.kind} in ${scene}`
  }
}
