import { betterAuth } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import * as z from 'zod'
import { type betterAuthOptions, twoFactorPlugin } from '../better-auth-setup.ts'

const startedSession = z.object({ userId: z.string(), confirmedAt: z.date(), secondFactor: z.boolean() })

/** Creates better-auth with one more call, which starts a session without a password. It has no address. */
export const createOpenidAuth = (options: ReturnType<typeof betterAuthOptions>) =>
  betterAuth({
    ...options,
    plugins: [
      twoFactorPlugin(),
      {
        id: 'gradient-openid',
        endpoints: {
          startOpenidSession: createAuthEndpoint.serverOnly(
            { method: 'POST', body: startedSession, requireHeaders: true },
            async (c) => {
              const { userId, ...about } = c.body
              const { internalAdapter } = c.context
              const user = await internalAdapter.findUserById(userId)
              const session = user && (await internalAdapter.createSession(userId, false, about))
              if (!session) return c.json(null)
              await setSessionCookie(c, { session, user })
              return c.json({ id: user.id, name: user.name, email: user.email })
            },
          ),
        },
      },
    ],
  })

export type OpenidAuth = ReturnType<typeof createOpenidAuth>
