/** Has a node under measurement collect its garbage. */
export const signalToCollect = 'SIGUSR2'
