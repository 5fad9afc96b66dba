/** The system's own face, in the canvas and in the text box laid over it alike. */
export const textFont =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Ubuntu, Cantarell, 'Helvetica Neue', Arial, sans-serif"
/** Multiple of the font size. */
export const lineHeight = 1.3

let context: CanvasRenderingContext2D | null | undefined

/** Width and height of a text in scene units, as this device would set it. */
export function measureText(text: string, fontSize: number): { width: number; height: number } {
  context ??= document.createElement('canvas').getContext('2d')
  const lines = text.split('\n')
  if (context) context.font = `${fontSize}px ${textFont}`
  const widths = lines.map((line) => context?.measureText(line).width ?? line.length * fontSize * 0.6)
  return { width: Math.ceil(Math.max(...widths)), height: Math.ceil(lines.length * fontSize * lineHeight) }
}
