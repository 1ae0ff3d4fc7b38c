/** First parts of the paths that the API answers: its own, and those of the discontinued service at the root. */
export const apiRoots = ['/v1', '/teams', '/projects', '/clusters', '/secrets'] as const

/** Whether a path, or the pattern of one, is the API's and not the console's. */
export const isApiPath = (path: string): boolean =>
  apiRoots.some((root) => path.startsWith(root) && (path.length === root.length || path[root.length] === '/'))
