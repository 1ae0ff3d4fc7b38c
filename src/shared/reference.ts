/** How a workload's environment variable refers to a secret: this, as the whole value. */
export const reference = (name: string): string => `secret:${name}`
