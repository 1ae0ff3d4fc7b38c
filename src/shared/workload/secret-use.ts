import * as z from 'zod'
import { relativeTimeWords } from '#shared/relative-time-words.ts'

const named = z.object({ id: z.string(), name: z.string() })

/** How long, in milliseconds, a use of the same kind is not noted again. */
export const useNotedEvery = 60_000

/** The last time that a workload got a secret with one key on one pair. Kept up to the minute. */
export const secretUse = z
  .object({
    at: z.iso.datetime(),
    /** Of the secret. */
    version: z.int(),
    key: named,
    /** Whose key it was. */
    by: named,
    project: named.nullable(),
    cluster: named.nullable(),
  })
  .meta({ id: 'SecretUse' })
export type SecretUse = z.infer<typeof secretUse>

/** Who got a secret last and where: “by key trainer in project web on cluster gpu-1”. */
export const usedByWords = ({ key, project, cluster }: SecretUse): string =>
  [`by key ${key.name}`, project && `in project ${project.name}`, cluster && `on cluster ${cluster.name}`]
    .filter(Boolean)
    .join(' ')

/** A use in words, seen from `now` in milliseconds: “Used 2 h ago by key trainer in project web”. */
export const useWords = (use: SecretUse, now: number): string =>
  `Used ${relativeTimeWords(new Date(use.at), new Date(now))} ${usedByWords(use)}`
