import { capturedMethods, type CapturedRoute, type RoutePattern } from './captured-route.ts'

const priorities: readonly unknown[] = ['HIGH', 'NORMAL', 'LOW']

/**
 * Finds fault with routes where they are named, and not at the first request that they are held against. They may come from a configuration.
 * Throws a `TypeError` that says which route and what of it.
 */
export function checkRoutes(routes: readonly CapturedRoute[]): void {
  if (!Array.isArray(routes)) throw new TypeError('requests.routes: is to be a list')
  for (const [index, route] of routes.entries()) checkRoute(route, `requests.routes[${index}]`)
}

function checkRoute(route: CapturedRoute, place: string): void {
  const { match, methods, origins } = route
  const fault = faultOf(match)
  if (fault !== undefined) throw new TypeError(`${place}.match: ${fault}`)
  const method = methods?.find((each) => !capturedMethods.includes(each))
  if (method !== undefined) throw new TypeError(`${place}.methods: "${method}" is none of ${capturedMethods.join(', ')}`)
  const origin = origins?.find((each) => !URL.canParse(each) || new URL(each).origin !== each)
  if (origin !== undefined)
    throw new TypeError(`${place}.origins: "${origin}" is no origin; one is written as in "https://app.example"`)
  checkDetails(route, place)
}

/** What a request is kept with has to be readable when its turn comes. Throws a `TypeError`. */
export function checkDetails({ lane, priority, title }: Pick<CapturedRoute, 'lane' | 'priority' | 'title'>, place: string): void {
  if (lane !== undefined && (typeof lane !== 'string' || lane === '')) throw new TypeError(`${place}.lane: is to be a text`)
  if (priority !== undefined && !priorities.includes(priority))
    throw new TypeError(`${place}.priority: is to be one of ${priorities.join(', ')}`)
  if (title !== undefined && typeof title !== 'string' && typeof title !== 'function')
    throw new TypeError(`${place}.title: is to be a text or a function`)
}

function faultOf(match: RoutePattern): string | undefined {
  if (typeof match === 'function') return undefined
  if (typeof match !== 'string')
    return typeof match?.test === 'function' ? undefined : 'is to be a text, a pattern with `test`, or a function'
  const isPath = match.startsWith('/') && !match.startsWith('//')
  if (!isPath && !/^https?:/i.test(match))
    return `"${match}" is neither a path ("/api/forms") nor an address ("https://app.example/api")`
  if (!URL.canParse(match, isPath ? 'https://app.example' : undefined)) return `"${match}" is no address`
  return /[?#]/.test(match) ? `"${match}" has more than a path; what comes after ? or # is never looked at` : undefined
}
