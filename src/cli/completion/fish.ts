import { type CommandNode, transitions, valueOptions } from './command-tree.ts'

/** Returns the completion script for fish, with descriptions. */
export const fishCompletion = (
  nodes: readonly CommandNode[],
): string => `# Completion of gradient for fish: gradient completion fish > ~/.config/fish/completions/gradient.fish
# Sets where the cursor is: the words of the command, and how many words stand after them.
function __gradient_place
    set -g __gradient_at ''
    set -g __gradient_count 0
    set -l takes no
    for word in (commandline -opc)[2..]
        if test $takes = yes
            set takes no
            continue
        end
        switch "$__gradient_at $word"
            case ${valueOptions(nodes)
              .map(({ at }) => quoted(at))
              .join(' ')}
                set takes yes
${transitions(nodes)
  .map(({ at, to }) => `            case ${quoted(at)}\n                set __gradient_at ${quoted(to)}`)
  .join('\n')}
            case '* -*'
            case '*'
                set __gradient_count (math $__gradient_count + 1)
        end
    end
end
# Whether the cursor is at this place, and at this word of it when a number is given.
function __gradient_is
    __gradient_place
    test "$__gradient_at" = "$argv[1]"; and test (count $argv) -lt 2 -o "$__gradient_count" = "$argv[2]"
end
complete -c gradient -f
${nodes.flatMap(linesFor).join('\n')}`

const linesFor = ({ path, slots, options }: CommandNode): string[] => [
  ...slots.flatMap(({ words, isFile }, index) => {
    const line = `complete -c gradient -n ${quoted(`__gradient_is ${quoted(path)} ${index}`)}`
    return isFile ? [`${line} -F`] : words.map(({ word, means }) => `${line} -a ${word} -d ${quoted(means)}`)
  }),
  ...options.map(({ word, means, takes }) => {
    const kind = takes === 'nothing' ? '' : takes === 'file' ? ' -rF' : ' -x'
    return `complete -c gradient -n ${quoted(`__gradient_is ${quoted(path)}`)} -l ${word.slice(2)}${kind} -d ${quoted(means)}`
  }),
]

/** Quotes a text for fish, whose single quotes know two escapes. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
