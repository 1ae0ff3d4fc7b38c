import { useRef } from 'react'
import { Link } from 'react-router-dom'
import { useDenied, useSession } from '#console/features/session/use-session.ts'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { classNames } from '#console/ui/layout/class-names.ts'
import common from '#console/ui/layout/common.module.css'
import { countWords } from '#console/ui/layout/count-words.ts'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'
import { FilterField } from '#console/ui/lists/filter-field.tsx'
import { ShowMore } from '#console/ui/lists/show-more.tsx'
import { useUrlFilter } from '#console/ui/lists/use-url-filter.ts'
import styles from './scope-list.module.css'
import { type ScopeRecord, useScopeList } from './scope-queries.ts'
import { clusterTypeWords, type ProjectOrCluster, scopeWords } from './scope-words.ts'

/** Renders the team’s projects or clusters by name, with a filter kept in the URL. */
export function ScopeList({ kind }: { kind: ProjectOrCluster }) {
  const { team } = useSession()
  const { text, setText, q } = useUrlFilter()
  const list = useScopeList(kind, q)
  const error = useLoadError(list)
  const filter = useRef<HTMLInputElement>(null)
  const rows = useRef<HTMLUListElement>(null)
  const createDenied = useDenied('changeScopes')
  const seesAll = useDenied('seeAllProjects') === undefined || kind === 'cluster'
  const { one, many, title, purpose, example, page } = scopeWords[kind]
  if (error !== undefined) return <LoadFailed what={`The ${many}`} error={error} onRetry={list.refetch} />
  if (!list.data) return <Skeleton rows={4} height={52} />
  const records = list.data.pages.flatMap(({ items }) => items)
  const total = list.data.pages[0]?.total ?? 0
  if (total === 0 && q === '' && text === '') {
    return (
      <EmptyState text={`There are no ${many} ${seesAll ? 'in this team yet' : 'that you may see yet'}`}>
        <p>{purpose}</p>
        {createDenied === undefined && (
          <p>
            Make the first one with “New {one}”, for example <code>{example}</code>.
          </p>
        )}
      </EmptyState>
    )
  }
  const clear = () => {
    setText('')
    filter.current?.focus()
  }
  const found = countWords(total, one)
  return (
    <div className={styles.list}>
      <FilterField ref={filter} label={`Filter ${many}`} value={text} onChange={setText} />
      <p role="status" className={common.note}>
        {q === '' ? found : `${found} with “${q}” in the name`}
      </p>
      {total === 0 ? (
        <EmptyState text={`No ${one} has “${q}” in its name`}>
          <Button onClick={clear}>Clear filter</Button>
        </EmptyState>
      ) : (
        <ul ref={rows} aria-label={title} className={common.rows}>
          {records.map((record) => (
            <ScopeRow key={record.id} record={record} to={page(team.namespace, record.id)} />
          ))}
        </ul>
      )}
      <ShowMore list={list} rows={rows} />
    </div>
  )
}

/** Renders one project or cluster of the list; `to` is the path of its page. */
function ScopeRow({ record, to }: { record: ScopeRecord; to: string }) {
  const { id, name, secrets, dtCreated } = record
  const typed = 'type' in record
  return (
    <li className={classNames(styles.row, typed && styles.typed)}>
      <Link to={to} className={styles.name}>
        {name}
      </Link>
      {typed && <span className={common.detail}>{clusterTypeWords[record.type]}</span>}
      <span className={classNames(common.detail, styles.id)}>{id}</span>
      <span className={common.detail}>{secrets === 0 ? 'No secrets' : countWords(secrets, 'secret')}</span>
      <span className={classNames(common.detail, styles.last)}>
        created <RelativeTime date={dtCreated} />
      </span>
    </li>
  )
}
