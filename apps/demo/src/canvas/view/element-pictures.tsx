import type { RefObject } from 'react'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import { useTheme } from '../../theme/use-theme.ts'
import type { UiState } from '../board/ui-state.ts'
import { panBy, type Camera } from '../geometry/camera.ts'
import { gestureOffset } from '../gesture/gesture.ts'
import type { Element } from '../model/element.ts'
import { paintElements } from '../paint/paint-elements.ts'
import { ScenePicture, type PictureHost, type PictureSurface } from '../paint/scene-picture.ts'
import { useBoard, useUi } from './board-context.ts'
import { useShown } from './shown-elements.tsx'

const host: PictureHost = {
  now: () => performance.now(),
  requestFrame: (run) => void requestAnimationFrame(run),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

function surfaceOf(canvas: HTMLCanvasElement): PictureSurface {
  const context = canvas.getContext('2d')
  return {
    paint({ elements, theme }, view) {
      const [width, height] = [Math.round(view.size.width * view.pixelRatio), Math.round(view.size.height * view.pixelRatio)]
      if (canvas.width !== width) canvas.width = width
      if (canvas.height !== height) canvas.height = height
      canvas.style.width = `${view.size.width}px`
      canvas.style.height = `${view.size.height}px`
      if (context) paintElements(context, elements, { view, theme })
    },
    place(painted, camera, isSharp) {
      const scale = camera.zoom / painted.camera.zoom
      const [x, y] = [camera.x - painted.camera.x * scale, camera.y - painted.camera.y * scale]
      canvas.style.transform = `matrix(${scale}, 0, 0, ${scale}, ${x}, ${y})`
      canvas.dataset['picture'] = isSharp ? 'sharp' : 'moving'
    },
  }
}

/** The camera that shows what is carried where it has been carried to. */
function carrying({ camera, gesture }: UiState): Camera {
  const { x, y } = gestureOffset(gesture)
  return x === 0 && y === 0 ? camera : panBy(camera, x * camera.zoom, y * camera.zoom)
}

/** A picture that follows the camera by itself, and what it shows the gesture: moving it renders no component. */
function usePicture(canvas: RefObject<HTMLCanvasElement | null>, isCarried: boolean): RefObject<ScenePicture | null> {
  const board = useBoard()
  const picture = useRef<ScenePicture>(null)
  useLayoutEffect(() => {
    if (!canvas.current) return
    const own = new ScenePicture(surfaceOf(canvas.current), host)
    picture.current = own
    const look = (): void => {
      const ui = board.ui.get()
      own.look(isCarried ? carrying(ui) : ui.camera, ui.size, window.devicePixelRatio)
    }
    look()
    const stop = board.ui.subscribe(look)
    return () => {
      stop()
      own.close()
      picture.current = null
    }
  }, [board, canvas, isCarried])
  return picture
}

interface PictureProperties {
  readonly elements: readonly Element[]
  readonly name: string
  readonly isCarried?: boolean
}

function Picture({ elements, name, isCarried = false }: PictureProperties) {
  const theme = useTheme()
  const canvas = useRef<HTMLCanvasElement>(null)
  const picture = usePicture(canvas, isCarried)
  useEffect(() => picture.current?.show({ elements, theme }), [picture, elements, theme])
  return <canvas ref={canvas} className="scene-picture" data-testid={name} aria-hidden="true" />
}

/** The text box stands in for the text that is being written. */
function useWithoutEdited(elements: readonly Element[]): readonly Element[] {
  const editing = useUi((ui) => ui.editing?.element.id)
  return useMemo(() => (editing === undefined ? elements : elements.filter(({ id }) => id !== editing)), [elements, editing])
}

/**
 * The elements at rest, and over them, in pictures of their own, what is being drawn or changed, and what is carried about: only the former is
 * painted anew while it changes, and the latter is moved as it is, however much it is.
 */
export function ElementPictures() {
  const { resting, changing, carried } = useShown()
  return (
    <>
      <Picture name="resting-elements" elements={useWithoutEdited(resting)} />
      <Picture name="moving-elements" elements={useWithoutEdited(changing)} />
      <Picture name="carried-elements" elements={carried} isCarried />
    </>
  )
}
