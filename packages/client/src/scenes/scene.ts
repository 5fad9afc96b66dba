import type { SceneElement } from '@rejoin/core'
import type { z } from 'zod'
import type { OpenDocument } from '../documents/open-document.ts'
import type { DocScene } from './doc-scene.ts'
import type { ElementFields } from './element-fields.ts'
import type { SceneChange } from './scene-change.ts'

/** Something that a person did without changing the scene. */
export type SceneInteraction = Omit<Extract<SceneChange, { readonly type: 'Interaction' }>, 'type'>

/** What an app's elements are, where they are more than `sceneElementSchema` says. What does not fit is not shown, and stays in the scene as it is. */
export interface SceneOptions<Own extends ElementFields, Input> {
  readonly element: z.ZodType<Own, Input>
}

/** A scene that is open in this tab: the root map `elements` of a document. */
export interface Scene<Own extends ElementFields = SceneElement, Input = SceneElement> extends Omit<
  DocScene<Own, Input>,
  'close'
> {
  readonly name: string
  /** For state, receipts and presence. */
  readonly document: OpenDocument
  /** Kept in the outbox, for the server's log: it changes nothing in the scene. Resolves when the device has it. */
  interaction(interaction: SceneInteraction): Promise<void>
  /** As `document.close`. */
  close(): Promise<void>
}
