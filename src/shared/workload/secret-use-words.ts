import { relativeTimeWords } from '#shared/relative-time-words.ts'
import type { SecretUse } from './secret-use.ts'

/** Who got a secret last and where: “by key trainer in project web on cluster gpu-1”. */
export const usedByWords = ({ key, project, cluster }: SecretUse): string =>
  [`by key ${key.name}`, project && `in project ${project.name}`, cluster && `on cluster ${cluster.name}`]
    .filter(Boolean)
    .join(' ')

/** A use in words, seen from `now` in milliseconds: “Used 2 h ago by key trainer in project web”. */
export const useWords = (use: SecretUse, now: number): string =>
  `Used ${relativeTimeWords(new Date(use.at), new Date(now))} ${usedByWords(use)}`
