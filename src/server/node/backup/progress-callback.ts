/** Told again and again how far a step of something long is; without `of` where the whole is not known. */
export type Progress = (step: string, done: number, of?: number) => void
