import { useRef } from 'react'
import { useSession } from '#console/features/session/use-session.ts'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { useDialogQuestion } from '#console/ui/hooks/use-dialog-question.ts'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import common from '#console/ui/layout/common.module.css'
import { countWords } from '#console/ui/layout/count-words.ts'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'
import { FilterField } from '#console/ui/lists/filter-field.tsx'
import { useUrlFilter } from '#console/ui/lists/use-url-filter.ts'
import type { Member } from '#shared/people/member.ts'
import { useMembers } from './member-queries.ts'
import { MemberRow } from './member-row.tsx'
import { RemoveMember } from './remove-member.tsx'
import { MakeReset, ResetLink, type ResetOf } from './reset-link.tsx'

/** Renders the members of the team by name, with a filter kept in the URL. */
export function MemberList() {
  const { user } = useSession()
  const { text, setText, q } = useUrlFilter()
  const members = useMembers()
  const error = useLoadError(members)
  const filter = useRef<HTMLInputElement>(null)
  const { asked, ask, close } = useDialogQuestion<Member>()
  const reset = useDialogQuestion<Member>()
  // The only place that holds the token. Kept out of the query cache.
  const [made, setMade] = useSecretState<ResetOf | undefined>(undefined)
  if (error !== undefined) return <LoadFailed what="The members" error={error} onRetry={members.refetch} />
  if (!members.data) return <Skeleton rows={4} height={60} />
  const owners = members.data.filter(({ role }) => role === 'owner')
  const found = members.data.filter((member) => matchesMember(member, q))
  const clear = () => {
    setText('')
    filter.current?.focus()
  }
  const done = () => {
    setMade(undefined)
    filter.current?.focus()
  }
  const all = countWords(members.data.length, 'person', 'people')
  return (
    <div className={common.column}>
      <FilterField ref={filter} label={`Filter ${all}`} value={text} onChange={setText} />
      {q !== '' && found.length > 0 && (
        <p role="status" className={common.note}>
          {found.length.toLocaleString('en')} of {all}
        </p>
      )}
      {made && <ResetLink key={made.reset.token} made={made} onDone={done} />}
      {found.length === 0 ? (
        <EmptyState text={`Nobody has “${q}” in their name or email`}>
          <Button onClick={clear}>Clear filter</Button>
        </EmptyState>
      ) : (
        <ul aria-label="Members" className={common.rows}>
          {found.map((member) => (
            <MemberRow
              key={member.id}
              member={member}
              own={member.id === user.id}
              isLastOwner={owners.length === 1 && owners[0] === member}
              onRemove={() => ask(member)}
              onReset={() => reset.ask(member)}
            />
          ))}
        </ul>
      )}
      {reset.asked && (
        <MakeReset
          key={reset.asked.key}
          member={reset.asked.item}
          open={reset.asked.open}
          onMade={setMade}
          onClose={reset.close}
        />
      )}
      {asked && (
        <RemoveMember
          key={asked.key}
          member={asked.item}
          own={asked.item.id === user.id}
          open={asked.open}
          onClose={close}
          focusAfter={filter}
        />
      )}
    </div>
  )
}

const matchesMember = ({ name, email }: Member, q: string): boolean =>
  `${name}\n${email}`.toLowerCase().includes(q.toLowerCase())
