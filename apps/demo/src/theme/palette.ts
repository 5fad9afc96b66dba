export type Theme = 'light' | 'dark'

export const colourNames = ['ink', 'grey', 'red', 'orange', 'yellow', 'green', 'blue', 'violet'] as const
type ColourName = (typeof colourNames)[number]

interface Shade {
  /** For outlines and writing. */
  readonly solid: string
  /** For areas behind an outline. */
  readonly soft: string
}

/** Documents keep the names, so that one drawing is at home on light and on dark ground. */
const shades: Readonly<Record<Theme, Readonly<Record<ColourName, Shade>>>> = {
  light: {
    ink: { solid: '#25272e', soft: '#e4e5ea' },
    grey: { solid: '#868b95', soft: '#eef0f2' },
    red: { solid: '#e0484d', soft: '#ffdfdd' },
    orange: { solid: '#ec7a2a', soft: '#ffe5d0' },
    yellow: { solid: '#dda20a', soft: '#fff1bd' },
    green: { solid: '#2f9a5d', soft: '#d6f2e1' },
    blue: { solid: '#3577e0', soft: '#d9e8ff' },
    violet: { solid: '#7a5bd8', soft: '#e8e1ff' },
  },
  dark: {
    ink: { solid: '#e9eaee', soft: '#3d4049' },
    grey: { solid: '#989ea9', soft: '#2d3037' },
    red: { solid: '#ff7074', soft: '#4d2529' },
    orange: { solid: '#ff9d5c', soft: '#4c301d' },
    yellow: { solid: '#f3c64b', soft: '#463b18' },
    green: { solid: '#57c98b', soft: '#1b402d' },
    blue: { solid: '#70a8ff', soft: '#1f3558' },
    violet: { solid: '#a991ff', soft: '#352b5c' },
  },
}

function isColourName(name: string): name is ColourName {
  return colourNames.some((known) => known === name)
}

/** The CSS colour of an outline. A colour that is no name of the palette is taken as it is. */
export function solidColour(name: string, theme: Theme): string {
  return isColourName(name) ? shades[theme][name].solid : name
}

/** The CSS colour of an area. `none` is transparent yet painted, so that a click inside still finds the shape. */
export function softColour(name: string, theme: Theme): string {
  if (name === 'none') return 'rgba(0,0,0,0)'
  return isColourName(name) ? shades[theme][name].soft : name
}

/** The page's accent, for what the canvas draws itself. */
export const accent: Readonly<Record<Theme, string>> = { light: '#5b5bd6', dark: '#8f8ff5' }
