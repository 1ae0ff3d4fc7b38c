import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useNavigate } from 'react-router-dom'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useDenied } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { fieldFailure, formFailure } from '#console/ui/feedback/failure-words.ts'
import { Notice, Reason } from '#console/ui/feedback/notice.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { SaveButton, useSaved } from '#console/ui/forms/save-button.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import { Section } from '#console/ui/layout/section.tsx'
import { type TeamDetails, teamChange } from '#shared/people/team.ts'
import { maxLabelLength } from '#shared/scope.ts'
import styles from './teams.module.css'

const fields = ['name', 'namespace', 'sessionIdleMinutes', 'sessionMaxMinutes']

const typedFrom = (team: TeamDetails) => ({
  name: team.name,
  namespace: team.namespace,
  required: team.secondFactor === 'required',
  idle: team.sessionIdleMinutes?.toString() ?? '',
  max: team.sessionMaxMinutes?.toString() ?? '',
})

/** Returns the minutes that somebody typed, or null for the server's limit. Other text is not a number, and is refused. */
const minutesOf = (text: string) => (text.trim() === '' ? null : Number(text.trim()))

/** Renders the form of a team's name, address, second factor and session limits. */
export function ChangeTeam({ team }: { team: TeamDetails }) {
  const [typed, setTyped] = useState(typedFrom(team))
  const client = useClient()
  const confirmed = useConfirmed()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { saved, showSaved } = useSaved()
  const denied = useDenied('changeTeam')
  const switchId = useId()
  const save = useAction(async () => {
    const change = parseForm(teamChange, {
      name: typed.name,
      ...(typed.namespace === team.namespace ? {} : { namespace: typed.namespace.trim() }),
      secondFactor: typed.required ? 'required' : 'optional',
      sessionIdleMinutes: minutesOf(typed.idle),
      sessionMaxMinutes: minutesOf(typed.max),
    })
    const changed = await confirmed(() => client.teams.change(team.id, change))
    queryClient.setQueryData(['members', team.id, 'team'], { ...team, ...changed })
    setTyped(typedFrom(changed))
    showSaved()
    if (changed.namespace !== team.namespace)
      await navigate(`/${changed.namespace}/settings/general`, { replace: true })
    await queryClient.invalidateQueries({ queryKey: ['session'] })
  })
  const failure = formFailure(save.error, fields)
  const field = (name: 'name' | 'namespace' | 'idle' | 'max', of: string) => ({
    value: typed[name],
    onChange: (text: string) => setTyped({ ...typed, [name]: text }),
    error: fieldFailure(save.error, of),
    autoComplete: 'off',
    disabled: denied !== undefined,
  })
  return (
    <Section
      heading="Team"
      explanation={<p>An old address goes on leading to the team, and no other team ever gets it.</p>}
    >
      <Form className={styles.form} failed={save.error} onSubmit={() => denied === undefined && void save.run()}>
        {failure && <Notice tone="error">{failure}</Notice>}
        <TextField label="Team name" {...field('name', 'name')} maxLength={maxLabelLength} required />
        <TextField
          label="Address"
          {...field('namespace', 'namespace')}
          hint={`${window.location.origin}/${typed.namespace}`}
          autoCapitalize="off"
          spellCheck={false}
          mono
          required
        />
        <div className={styles.switch}>
          <input
            id={switchId}
            type="checkbox"
            role="switch"
            aria-checked={typed.required}
            className={common.checkbox}
            checked={typed.required}
            disabled={denied !== undefined}
            onChange={({ target }) => setTyped({ ...typed, required: target.checked })}
          />
          <label htmlFor={switchId}>Require a second factor of everybody</label>
        </div>
        <TextField
          label="Sign out when unused for (minutes)"
          {...field('idle', 'sessionIdleMinutes')}
          hint="Empty for the limit of the server. For this team only."
          inputMode="numeric"
        />
        <TextField
          label="Sign out at the latest after (minutes)"
          {...field('max', 'sessionMaxMinutes')}
          hint="Empty for the limit of the server."
          inputMode="numeric"
        />
        <SaveButton saved={saved} busy={save.pending} busyLabel="Saving…" disabledReason={denied}>
          Save team
        </SaveButton>
        <Reason>{denied}</Reason>
      </Form>
    </Section>
  )
}
