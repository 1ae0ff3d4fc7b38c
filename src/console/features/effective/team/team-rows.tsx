import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useRef } from 'react'
import { Link } from 'react-router-dom'
import { scopeWords } from '#console/features/scopes/scope-words.ts'
import { overlapWords } from '#console/features/secrets/overlap-words.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { ScopeChip } from '#console/ui/layout/chip.tsx'
import common from '#console/ui/layout/common.module.css'
import { useDistanceFromTop } from '#console/ui/lists/use-distance-from-top.ts'
import type { Overlap } from '#shared/secret.ts'
import { notInjectedReason } from '#shared/workload/injectable-names.ts'
import type { TeamName } from './team-overrides.ts'
import styles from './team-rows.module.css'

/** Renders the team's names, each with the scopes that override it. Only rows near the viewport are mounted. */
export function TeamRows({ names }: { names: readonly TeamName[] }) {
  const rows = useRef<HTMLUListElement>(null)
  const virtual = useWindowVirtualizer<HTMLLIElement>({
    count: names.length,
    estimateSize: () => 45,
    getItemKey: useCallback((index: number) => names[index]?.name ?? index, [names]),
    overscan: 12,
    scrollMargin: useDistanceFromTop(rows),
  })
  return (
    <ul ref={rows} aria-label="The team’s names" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ key, index, start }) => {
        const { name = '', overriddenBy = [] } = names[index] ?? {}
        return (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            aria-setsize={names.length}
            aria-posinset={index + 1}
            className={styles.row}
            style={{ top: start - virtual.options.scrollMargin }}
          >
            <div>
              <p className={styles.name}>{name}</p>
              {notInjectedReason(name) && <p className={common.detail}>{notInjectedReason(name)}</p>}
            </div>
            <div className={styles.where}>
              {overriddenBy.length === 0 ? (
                <p>not overridden</p>
              ) : (
                overriddenBy.map((overlap) => <Overriders key={overlap.kind} name={name} overlap={overlap} />)
              )}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

/** Renders “overridden by · 3 projects · : web, api and 1 more”, with links to their environments. */
function Overriders({ name, overlap }: { name: string; overlap: Overlap }) {
  const { team } = useSession()
  const { kind, count, examples } = overlap
  if (kind === 'team') return null
  const more = count - examples.length
  const { verb, scopes } = overlapWords('team', overlap)
  return (
    <p>
      {verb} <ScopeChip kind={kind}>{scopes}</ScopeChip>
      {count > 1 && ':'}
      {examples.map((scope, at) => (
        <span key={scope.id}>
          {at === 0 ? ' ' : more === 0 && at === examples.length - 1 ? ' and ' : ', '}
          <Link to={`${scopeWords[kind].environment(team.namespace, scope.id)}?q=${encodeURIComponent(name)}`}>
            {scope.name}
          </Link>
        </span>
      ))}
      {more > 0 && ` and ${more.toLocaleString('en')} more`}
    </p>
  )
}
