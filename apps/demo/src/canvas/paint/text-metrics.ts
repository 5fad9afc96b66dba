/** The system's own face, in the canvas and in the text box laid over it alike. */
export const textFont =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Ubuntu, Cantarell, 'Helvetica Neue', Arial, sans-serif"
/** Multiple of the font size. */
export const lineHeight = 1.3

/** Width of one line in scene units, as this device would set it. */
export type LineWidth = (line: string, fontSize: number) => number

let context: CanvasRenderingContext2D | null | undefined
let fontInUse = 0

/** The browser's own measure. */
export const lineWidth: LineWidth = (line, fontSize) => {
  context ??= document.createElement('canvas').getContext('2d')
  // Setting a font costs more than measuring with it.
  if (context && fontInUse !== fontSize) {
    context.font = `${fontSize}px ${textFont}`
    fontInUse = fontSize
  }
  return context?.measureText(line).width ?? line.length * fontSize * 0.6
}

/** Width and height of a text in scene units that is not wrapped. */
export function measureText(text: string, fontSize: number, widthOf: LineWidth): { width: number; height: number } {
  const lines = text.split('\n')
  const widths = lines.map((line) => widthOf(line, fontSize))
  return { width: Math.ceil(Math.max(...widths)), height: Math.ceil(lines.length * fontSize * lineHeight) }
}
