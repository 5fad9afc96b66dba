import type { SceneElement } from '@rejoin/core'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { DocumentState } from '../documents/open-document.ts'
import type { ElementFields } from '../scenes/element-fields.ts'
import type { Scene, SceneOptions } from '../scenes/scene.ts'
import { useDocumentState } from './use-document.ts'
import { useOpened } from './use-opened.ts'
import { useRecordsClient } from './use-records-client.ts'

export interface UsedScene<Own extends ElementFields = SceneElement, Input = SceneElement> {
  /** To change it; `undefined` while it is being read from this device, and where that failed. */
  readonly scene: Scene<Own, Input> | undefined
  /** As `scene.elements`; empty until they have been read. */
  readonly elements: readonly Own[]
  readonly state: DocumentState
  /** Why the scene could not be opened. */
  readonly error: Error | undefined
}

/** Opens a scene for as long as the component is mounted, and follows its elements and its state. `element` is made once, outside of components. */
export function useScene(name: string): UsedScene
export function useScene<Own extends ElementFields, Input>(name: string, options: SceneOptions<Own, Input>): UsedScene<Own, Input>
export function useScene(name: string, { element }: Partial<SceneOptions<SceneElement, SceneElement>> = {}): UsedScene {
  const { scenes } = useRecordsClient()
  const open = useCallback(
    () => (element === undefined ? scenes.open(name) : scenes.open(name, { element })),
    [scenes, name, element],
  )
  const { opened, error } = useOpened(open)
  const elements = useElements(opened)
  const state = useDocumentState(opened?.document, error)
  return useMemo(() => ({ scene: opened, elements, state, error }), [opened, elements, state, error])
}

const none: readonly SceneElement[] = []
const nothing = (): undefined => undefined

function useElements(scene: Scene | undefined): readonly SceneElement[] {
  const subscribe = useCallback((listener: () => void) => scene?.onChange(listener) ?? nothing, [scene])
  const read = (): readonly SceneElement[] => scene?.elements ?? none
  return useSyncExternalStore(subscribe, read, read)
}
