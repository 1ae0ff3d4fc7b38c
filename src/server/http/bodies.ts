const taken = new Set<string>()

const keyOf = (method: string, path: string): string => `${method.toUpperCase()} ${path}`

/** Notes that a route takes a body. `path` is as it is registered, with `:name` for a part that varies. */
export const noteBody = (method: string, path: string): void => {
  taken.add(keyOf(method, path))
}

/** Whether a route takes a body. What is sent to the others in spite of that is not read. */
export const takesBody = (method: string, path: string): boolean => taken.has(keyOf(method, path))
