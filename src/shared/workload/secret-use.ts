import * as z from 'zod'
import { relativeTimeWords } from '#shared/relative-time-words.ts'

const named = z.object({ id: z.string(), name: z.string() })

/** Minimum time between two recorded uses of a secret by one key on one pair, in milliseconds. */
export const minUseInterval = 60_000

/** The last time that a workload got a secret with one key on one pair. Accurate to one minute. */
export const secretUse = z
  .object({
    at: z.iso.datetime(),
    /** Version of the secret. */
    version: z.int(),
    key: named,
    /** Owner of the key. */
    by: named,
    project: named.nullable(),
    cluster: named.nullable(),
  })
  .meta({ id: 'SecretUse' })
export type SecretUse = z.infer<typeof secretUse>

/** Returns who used a secret and where: “by key trainer in project web on cluster gpu-1”. */
export const usedByWords = ({ key, project, cluster }: SecretUse): string =>
  [`by key ${key.name}`, project && `in project ${project.name}`, cluster && `on cluster ${cluster.name}`]
    .filter(Boolean)
    .join(' ')

/** Describes a use relative to `now` in milliseconds: “Used 2 h ago by key trainer in project web”. */
export const describeUse = (use: SecretUse, now: number): string =>
  `Used ${relativeTimeWords(new Date(use.at), new Date(now))} ${usedByWords(use)}`
