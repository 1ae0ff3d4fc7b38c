/** Makes a node under measurement collect its garbage. */
export const garbageSignal = 'SIGUSR2'
