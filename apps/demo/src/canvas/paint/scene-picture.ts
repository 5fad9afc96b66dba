import type { Theme } from '../../theme/palette.ts'
import { isOverlapping, isWithin } from '../geometry/box.ts'
import type { Camera, Size } from '../geometry/camera.ts'
import type { Element } from '../model/element.ts'
import { viewBox, type View } from './paint-elements.ts'
import { paintedBoundsOf } from './painted-bounds.ts'

/** What a picture takes from the browser. */
export interface PictureHost {
  /** ms since some moment in the past. */
  now(): number
  /** Runs once, before the next frame is shown, with the frame's time in ms. */
  requestFrame(run: (now: number) => void): void
  after(delayMs: number, run: () => void): () => void
}

export interface PictureContent {
  readonly elements: readonly Element[]
  readonly theme: Theme
}

/** Where a picture is painted, and how it is moved without painting. */
export interface PictureSurface {
  /** Makes it as large as the view, and paints. */
  paint(content: PictureContent, view: View): void
  /** Lays what was painted for a view where this camera would have it. `isSharp`: it was painted for this camera. */
  place(painted: View, camera: Camera, isSharp: boolean): void
}

/** Painting that takes longer than this does not go with every frame. */
const cheapMs = 6
/** From one frame to the next, on the slowest common screens. */
const frameMs = 17
/** The camera has come to rest. */
const restMs = 120
/** A costly picture is painted for this share of the time at most. */
const costlyShare = 1 / 5
/** Around what is seen so much more is painted, as a share of it on each side, so that a movement finds something there. */
const marginShare = 0.2

/**
 * A picture of many elements that stays smooth: while the camera moves, what was painted is moved as a bitmap; it is sharp again as soon as
 * the camera rests. Where painting is cheap, every frame is painted.
 */
export class ScenePicture {
  readonly #surface: PictureSurface
  readonly #host: PictureHost
  #content: PictureContent | undefined
  #camera: Camera = { x: 0, y: 0, zoom: 1 }
  #size: Size = { width: 0, height: 0 }
  #pixelRatio = 1
  #painted: { readonly content: PictureContent; readonly view: View; readonly size: Size; readonly at: number } | undefined
  #costMs = 0
  #isFrameDue = false
  #isResting = true
  #cancelRest: (() => void) | undefined

  constructor(surface: PictureSurface, host: PictureHost) {
    this.#surface = surface
    this.#host = host
  }

  show(content: PictureContent): void {
    if (content.elements === this.#content?.elements && content.theme === this.#content.theme) return
    this.#content = content
    this.#frameSoon()
  }

  look(camera: Camera, size: Size, pixelRatio: number): void {
    const isMoved = camera !== this.#camera
    if (!isMoved && size === this.#size && pixelRatio === this.#pixelRatio) return
    this.#camera = camera
    this.#size = size
    this.#pixelRatio = pixelRatio
    if (isMoved && this.#painted !== undefined) this.#restLater()
    this.#frameSoon()
  }

  close(): void {
    this.#cancelRest?.()
    this.#content = undefined
  }

  #restLater(): void {
    this.#isResting = false
    this.#cancelRest?.()
    this.#cancelRest = this.#host.after(restMs, () => {
      this.#isResting = true
      this.#frameSoon()
    })
  }

  #frameSoon(): void {
    if (this.#isFrameDue) return
    this.#isFrameDue = true
    this.#host.requestFrame((now) => {
      this.#isFrameDue = false
      this.#frame(now)
    })
  }

  #frame(now: number): void {
    const content = this.#content
    if (content === undefined || this.#size.width === 0) return
    const isEmptyStill = content.elements.length === 0 && this.#painted?.content.elements.length === 0
    if (isEmptyStill) return
    if (this.#mustPaint(content, now)) this.#paint(content, now)
    else if (this.#painted) this.#surface.place(this.#painted.view, this.#camera, false)
  }

  #mustPaint(content: PictureContent, now: number): boolean {
    const painted = this.#painted
    if (painted === undefined || this.#isResting || this.#costMs <= cheapMs || painted.size !== this.#size) return true
    const isPaid = (now - painted.at) * costlyShare >= this.#costMs
    return isPaid && (painted.content !== content || this.#isSomethingMissing(content, painted.view))
  }

  /** Whether there is an element in sight that was not when the picture was painted. */
  #isSomethingMissing({ elements }: PictureContent, painted: View): boolean {
    const [seen, had] = [viewBox({ camera: this.#camera, size: this.#size }), viewBox(painted)]
    if (isWithin(seen, had)) return false
    return elements.some((element) => {
      const bounds = paintedBoundsOf(element)
      return isOverlapping(seen, bounds) && !isOverlapping(had, bounds)
    })
  }

  #paint(content: PictureContent, now: number): void {
    const view = this.#viewToPaint()
    const startedAt = this.#host.now()
    this.#surface.paint(content, view)
    this.#surface.place(view, this.#camera, true)
    this.#painted = { content, view, size: this.#size, at: now }
    this.#costMs = this.#host.now() - startedAt
    // What the browser does with it afterwards counts as well: the next frame is late by it.
    this.#host.requestFrame((next) => {
      this.#costMs = Math.max(this.#costMs, next - now - frameMs)
    })
  }

  /** With a margin where the picture is dear; a cheap one is painted again anyway. */
  #viewToPaint(): View {
    const { width, height } = this.#size
    const [marginX, marginY] =
      this.#costMs <= cheapMs ? [0, 0] : [Math.ceil(width * marginShare), Math.ceil(height * marginShare)]
    return {
      camera: { ...this.#camera, x: this.#camera.x + marginX, y: this.#camera.y + marginY },
      size: { width: width + 2 * marginX, height: height + 2 * marginY },
      pixelRatio: this.#pixelRatio,
    }
  }
}
