import type { Kysely } from 'kysely'
import type { Schema } from '#server/store/db/schema.ts'

/** Returns lines that say who may do what and how they prove who they are, for somebody to check. Shows no secrets. */
export const listRights = async (db: Kysely<Schema>): Promise<string[]> => {
  const lines: string[] = []
  const teams = await db.selectFrom('team').select(['id', 'namespace', 'name']).orderBy('namespace').execute()
  for (const team of teams) {
    lines.push(`Team ${printable(team.name)} (${team.namespace})`)
    const members = await db
      .selectFrom('member')
      .leftJoin('user', 'user.id', 'member.user_id')
      .select(['member.user_id', 'member.role', 'user.name', 'user.email'])
      .where('team_id', '=', team.id)
      .orderBy('role')
      .orderBy('user.email')
      .execute()
    for (const { role, name, email, user_id } of members) lines.push(`  ${role}  ${person(name, email, user_id)}`)
    const keys = await db
      .selectFrom('api_key')
      .leftJoin('user', 'user.id', 'api_key.user_id')
      .select(['api_key.id', 'api_key.name', 'api_key.access', 'project_id', 'cluster_id', 'expires_at', 'user.email'])
      .where('team_id', '=', team.id)
      .where('revoked_at', 'is', null)
      .orderBy('api_key.name')
      .execute()
    for (const { id, name, access, project_id, cluster_id, expires_at, email } of keys) {
      const limits = [project_id, cluster_id].filter((place) => place !== null).join(', ') || 'everywhere'
      const end = expires_at === null ? 'does not expire' : `until ${day(expires_at)}`
      lines.push(`  API key ${printable(name)} (${id}) of ${email}: ${access}, ${limits}, ${end}`)
    }
    const invites = await db
      .selectFrom('invite')
      .leftJoin('user', 'user.id', 'invite.invited_by')
      .select(['invite.id', 'invite.role', 'invite.expires_at', 'user.email'])
      .where('team_id', '=', team.id)
      .orderBy('invite.id')
      .execute()
    for (const { id, role, expires_at, email } of invites)
      lines.push(`  Invite ${id} as ${role} by ${email ?? 'somebody who has left'}, until ${day(expires_at)}`)
    const projects = await db
      .selectFrom('scope')
      .leftJoin('collaborator', (join) =>
        join.onRef('collaborator.team_id', '=', 'scope.team_id').onRef('collaborator.scope_id', '=', 'scope.id'),
      )
      .leftJoin('user', 'user.id', 'collaborator.user_id')
      .select(['scope.id', 'scope.name', 'scope.access', 'user.email'])
      .where('scope.team_id', '=', team.id)
      .where('scope.kind', '=', 'project')
      .orderBy('scope.name')
      .orderBy('user.email')
      .execute()
    const open = projects.filter(({ access }) => access === 'all')
    if (open.length > 0) lines.push(`  Open to every member: ${open.map(({ name }) => printable(name)).join(', ')}`)
    for (const { name, email } of projects.filter(({ access }) => access !== 'all'))
      lines.push(`  Project ${printable(name)} for ${email ?? 'nobody but those who see every project'}`)
  }
  lines.push('Ways to sign in')
  const people = await db
    .selectFrom('user')
    .select(['id', 'name', 'email', 'twoFactorEnabled'])
    .orderBy('email')
    .execute()
  const accounts = await db.selectFrom('account').select(['userId', 'providerId', 'accountId']).execute()
  const passkeys = await db.selectFrom('passkey').select(['userId', 'name', 'id']).execute()
  for (const { id, name, email, twoFactorEnabled } of people) {
    const own = accounts.filter(({ userId }) => userId === id)
    const ways = [
      ...own.map(({ providerId, accountId }) =>
        providerId === 'credential' ? 'password' : `${providerId} ${printable(accountId)}`,
      ),
      ...passkeys.filter(({ userId }) => userId === id).map((key) => `passkey ${printable(key.name ?? key.id)}`),
      ...(twoFactorEnabled ? ['with a second factor'] : []),
    ]
    lines.push(`  ${person(name, email, id)}: ${ways.join(', ') || 'none'}`)
  }
  return lines
}

const person = (name: string | null, email: string | null, id: string): string =>
  `${printable(name ?? id)} <${printable(email ?? 'no account')}>`

const day = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** Names come from the database that is in doubt: a control character could hide a line of the terminal. */
const printable = (text: string): string => text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD')
