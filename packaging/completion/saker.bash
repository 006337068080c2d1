# SPDX-License-Identifier: Apache-2.0
#
# bash completion for saker(8) and saker-driver(8).

# The options in the help of a program: what the command line takes, it completes.
_saker_options() {
	"$@" --help 2>/dev/null |
		sed -nE 's/^  (-[A-Za-z]), (--[a-z-]+).*/\1 \2/p; s/^ {4,6}(--[a-z-]+).*/\1/p'
}

_saker_files() {
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

_saker() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} words=''

	case $prev in
	-F | --fields)		# completes the last field of the list
		words=$(saker list fields 2>/dev/null | awk '{ print $1 }')
		compopt -o nospace
		mapfile -t COMPREPLY < <(compgen -P "${cur%"${cur##*,}"}" -W "$words" -- "${cur##*,}")
		return ;;
	--driver) words='auto kmod ebpf replay:'
		[ "$command" != list ] || words='kmod ebpf' ;;
	--for | --pick | --append-output) return ;;
	-r | --socket) _saker_files; return ;;
	--rules) [ "$command" = stats ] || { _saker_files; return; } ;;
	esac
	if [ "$COMP_CWORD" -eq 1 ]; then
		words="$(saker --help 2>/dev/null | sed -nE 's/^  ([a-z]+) .*/\1/p') help --help --version"
	elif [ -z "$words" ] && [[ $cur == -* ]]; then
		words=$(_saker_options saker "$command")
	elif [ -z "$words" ]; then
		case $command in
		check | except | record | why) _saker_files; return ;;
		list) [ "$COMP_CWORD" -gt 2 ] ||
			words=$(saker list --help | sed -nE 's/^usage: .* ([a-z]+(\|[a-z]+)+).*/\1/p' | tr '|' ' ') ;;
		help) words=$(saker --help 2>/dev/null | sed -nE 's/^  ([a-z]+) .*/\1/p') ;;
		*) words=$(_saker_options saker "$command") ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _saker saker

_saker_driver() {
	local words='load unload --help --version'

	[ "${COMP_WORDS[1]}" != load ] || words=--force
	[ "$COMP_CWORD" -le 2 ] || words=''
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -F _saker_driver saker-driver
