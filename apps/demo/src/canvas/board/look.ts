import { boundsOf, unionOf, type Box } from '../geometry/box.ts'
import { fitCamera, zoomAt, type Insets, type Size } from '../geometry/camera.ts'
import type { Board } from './board.ts'
import { selectedElements } from './commands.ts'

const narrowWidth = 720

/** What the bars over the canvas cover, with some air. */
function coveredInsets({ width }: Size): Insets {
  return width < narrowWidth ? { top: 190, right: 24, bottom: 100, left: 24 } : { top: 96, right: 96, bottom: 96, left: 96 }
}

export function zoomBy(board: Board, factor: number): void {
  const { camera, size } = board.ui.get()
  board.ui.set({ camera: zoomAt(camera, { x: size.width / 2, y: size.height / 2 }, factor) })
}

/** Back to 100 %, around the middle of the screen. */
export function resetZoom(board: Board): void {
  zoomBy(board, 1 / board.ui.get().camera.zoom)
}

export function fitBox(board: Board, box: Box): void {
  const { size } = board.ui.get()
  board.ui.set({ camera: fitCamera(box, size, coveredInsets(size)) })
}

/** Shows everything there is; an empty canvas goes back to its origin. */
export function fitAll(board: Board): void {
  const { size } = board.ui.get()
  const box = unionOf(board.scene.scene.elements.map(boundsOf))
  if (box) fitBox(board, box)
  else board.ui.set({ camera: { x: size.width / 2, y: size.height / 2, zoom: 1 } })
}

/** Shows what is selected; without a selection, everything. */
export function fitSelection(board: Board): void {
  const box = unionOf(selectedElements(board).map(boundsOf))
  if (box) fitBox(board, box)
  else fitAll(board)
}
