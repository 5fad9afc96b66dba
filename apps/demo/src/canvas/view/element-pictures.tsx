import type { RefObject } from 'react'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import { useTheme } from '../../theme/use-theme.ts'
import type { Board } from '../board/board.ts'
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

/** A picture that follows the camera by itself: moving it renders no component. */
function usePicture(board: Board, canvas: RefObject<HTMLCanvasElement | null>): RefObject<ScenePicture | null> {
  const picture = useRef<ScenePicture>(null)
  useLayoutEffect(() => {
    if (!canvas.current) return
    const own = new ScenePicture(surfaceOf(canvas.current), host)
    picture.current = own
    const look = (): void => {
      const { camera, size } = board.ui.get()
      own.look(camera, size, window.devicePixelRatio)
    }
    look()
    const stop = board.ui.subscribe(look)
    return () => {
      stop()
      own.close()
      picture.current = null
    }
  }, [board, canvas])
  return picture
}

function Picture({ elements, name }: { elements: readonly Element[]; name: string }) {
  const board = useBoard()
  const theme = useTheme()
  const canvas = useRef<HTMLCanvasElement>(null)
  const picture = usePicture(board, canvas)
  useEffect(() => picture.current?.show({ elements, theme }), [picture, elements, theme])
  return <canvas ref={canvas} className="scene-picture" data-testid={name} aria-hidden="true" />
}

/** The text box stands in for the text that is being written. */
function useWithoutEdited(elements: readonly Element[]): readonly Element[] {
  const editing = useUi((ui) => ui.editing?.element.id)
  return useMemo(() => (editing === undefined ? elements : elements.filter(({ id }) => id !== editing)), [elements, editing])
}

/** The elements at rest, and over them, in a picture of its own, what is being dragged or drawn: only that is painted anew while it moves. */
export function ElementPictures() {
  const { resting, moving } = useShown()
  return (
    <>
      <Picture name="resting-elements" elements={useWithoutEdited(resting)} />
      <Picture name="moving-elements" elements={useWithoutEdited(moving)} />
    </>
  )
}
