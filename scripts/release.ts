import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// Creates a release: npm run release -- major|minor|patch
// Bumps the version, dates the section of the changelog, commits both and tags the commit. It does not push.

const root = join(import.meta.dirname, '..')
const changelogFile = join(root, 'CHANGELOG.md')
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: root, encoding: 'utf8' }).trim()

const step = process.argv[2]
if (step !== 'major' && step !== 'minor' && step !== 'patch') stop('Usage: npm run release -- major|minor|patch')
if (run('git', 'status', '--porcelain') !== '') stop('There are uncommitted changes. Commit or stash them first.')

const changelog = readFileSync(changelogFile, 'utf8')
const unreleased = /^## \[Unreleased\]\n([\s\S]*?)(?=^## \[)/m.exec(changelog)
if (!unreleased?.[1]?.trim()) stop('CHANGELOG.md has nothing under “Unreleased”. Describe the changes there.')

const tag = run('npm', 'version', step, '--no-git-tag-version')
const version = tag.replace(/^v/, '')
const today = new Date().toISOString().slice(0, 10)
writeFileSync(changelogFile, changelog.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${today}\n`))
run('git', 'commit', '--quiet', '--message', `Release ${version}`, 'package.json', 'package-lock.json', 'CHANGELOG.md')
run('git', 'tag', '--annotate', tag, '--message', `Release ${version}`)
console.log(`Released ${version}. Publish it with: git push --follow-tags`)

function stop(message: string): never {
  console.error(message)
  process.exit(1)
}
