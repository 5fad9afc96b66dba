export type Theme = 'light' | 'dark'

export const colourNames = ['ink', 'grey', 'red', 'orange', 'yellow', 'green', 'blue', 'violet'] as const
type ColourName = (typeof colourNames)[number]

interface Shade {
  /** For outlines and writing. */
  readonly solid: string
  /** For areas behind an outline. */
  readonly soft: string
  /** For areas without one. */
  readonly paper: string
}

/** Documents keep the names, so that one drawing is at home on light and on dark ground. */
const shades: Readonly<Record<Theme, Readonly<Record<ColourName, Shade>>>> = {
  light: {
    ink: { solid: '#25272e', soft: '#e4e5ea', paper: '#d6d8df' },
    grey: { solid: '#868b95', soft: '#eef0f2', paper: '#e4e6ea' },
    red: { solid: '#e0484d', soft: '#ffdfdd', paper: '#ffc7c4' },
    orange: { solid: '#ec7a2a', soft: '#ffe5d0', paper: '#ffd2ad' },
    yellow: { solid: '#dda20a', soft: '#fff1bd', paper: '#ffe98f' },
    green: { solid: '#2f9a5d', soft: '#d6f2e1', paper: '#bdebce' },
    blue: { solid: '#3577e0', soft: '#d9e8ff', paper: '#c0daff' },
    violet: { solid: '#7a5bd8', soft: '#e8e1ff', paper: '#dccfff' },
  },
  dark: {
    ink: { solid: '#e9eaee', soft: '#3d4049', paper: '#4b4f5a' },
    grey: { solid: '#989ea9', soft: '#2d3037', paper: '#3b3f48' },
    red: { solid: '#ff7074', soft: '#4d2529', paper: '#6e3036' },
    orange: { solid: '#ff9d5c', soft: '#4c301d', paper: '#6d4425' },
    yellow: { solid: '#f3c64b', soft: '#463b18', paper: '#665317' },
    green: { solid: '#57c98b', soft: '#1b402d', paper: '#24583d' },
    blue: { solid: '#70a8ff', soft: '#1f3558', paper: '#294a7a' },
    violet: { solid: '#a991ff', soft: '#352b5c', paper: '#4a3c82' },
  },
}

function isColourName(name: string): name is ColourName {
  return colourNames.some((known) => known === name)
}

/** Hex, names, and functions of numbers: what another program may have written. Nothing that would make the page fetch something. */
const plainColour = /^(#[0-9a-f]{3,8}|[a-z]{1,32}|(rgb|hsl|hwb|lab|lch|oklab|oklch)a?\([\d\s.,%/+a-z-]{1,60}\))$/i

function shadeOf(name: string, theme: Theme, shade: keyof Shade): string {
  if (isColourName(name)) return shades[theme][name][shade]
  return plainColour.test(name) ? name : shades[theme].grey[shade]
}

/** The CSS colour of an outline. A colour that is no name of the palette is taken as it is, as long as it is one. */
export function solidColour(name: string, theme: Theme): string {
  return shadeOf(name, theme, 'solid')
}

/** The CSS colour of a note's paper. */
export function paperColour(name: string, theme: Theme): string {
  return name === 'none' ? 'rgba(0,0,0,0)' : shadeOf(name, theme, 'paper')
}

/** The CSS colour of an area. `none` is transparent yet painted, so that a click inside still finds the shape. */
export function softColour(name: string, theme: Theme): string {
  if (name === 'none') return 'rgba(0,0,0,0)'
  return shadeOf(name, theme, 'soft')
}

/** What shows that things are in line: unlike anything that is drawn or selected. */
export const guideColour: Readonly<Record<Theme, string>> = { light: '#e0348c', dark: '#ff6bb3' }

/** The page's accent, for what the canvas draws itself. */
export const accent: Readonly<Record<Theme, string>> = { light: '#5b5bd6', dark: '#8f8ff5' }

/** What lies under a drawing: the page's `--ground`. */
export const paper: Readonly<Record<Theme, string>> = { light: '#f6f6f3', dark: '#15161a' }
