import { type CommandNode, quoted, transitions, valueOptions, type Word } from './command-tree.ts'

/** Returns the completion script for zsh, with descriptions. */
export const zshCompletion = (nodes: readonly CommandNode[]): string => `#compdef gradient
# Completion of gradient for zsh: eval "$(gradient completion zsh)", after compinit.
_gradient() {
  local place='' takes='' next
  local -i count=0
  local -a entries
  for next in "\${(@)words[2,CURRENT-1]}"; do
    if [[ "$next" == -- ]]; then _default; return; fi
    if [[ -n "$takes" ]]; then takes=''; continue; fi
    case "$place $next" in
${lines(valueOptions(nodes).map(({ at, takes }) => `      (${quoted(at)}) takes=${takes} ;;`))}
${lines(transitions(nodes).map(({ at, to }) => `      (${quoted(at)}) place=${quoted(to)} ;;`))}
      (*' '-*) ;;
      (*) count+=1 ;;
    esac
  done
  if [[ -z "$takes" && "$PREFIX" == -* ]]; then
    case "$place" in
${lines(nodes.map(({ path, options }) => `      (${quoted(path)}) entries=(${described(options)}) ;;`))}
    esac
  elif [[ -z "$takes" ]]; then
    case "$place $count" in
${lines(nodes.flatMap(slotCases))}
    esac
  fi
  if [[ "$takes" == file ]]; then _files; else _describe gradient entries; fi
}
compdef _gradient gradient`

const slotCases = ({ path, slots }: CommandNode): string[] =>
  slots.map(({ words, isFile }, index) => {
    const then = isFile ? 'takes=file' : `entries=(${described(words)})`
    return `      (${quoted(`${path} ${index}`)}) ${then} ;;`
  })

const described = (words: readonly Word[]): string =>
  words.map(({ word, means }) => quoted(`${word}:${means.replaceAll(':', '\\:')}`)).join(' ')

const lines = (texts: readonly string[]): string => texts.join('\n')
