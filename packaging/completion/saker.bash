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

# The fields, up to the bracket of an argument that a field must have.
_saker_fields() {
	saker list fields 2>/dev/null | sed -E 's/ .*//; s/\[[^]]*\]\?$//; s/\[.*/[/'
}

# The names of rules, of the files given with -r; bash quotes their blanks as those of files.
_saker_rules() {
	local i word=${cur#[\"\']} name rules=()

	for ((i = 2; i < COMP_CWORD - 1; i++)); do
		[[ ${COMP_WORDS[i]} != -r && ${COMP_WORDS[i]} != --rules ]] || rules+=(-r "${COMP_WORDS[i + 1]}")
	done
	compopt -o filenames
	while IFS= read -r name; do
		[[ $name != "${word//\\/}"* ]] || COMPREPLY+=("$name")
	done < <(saker list rules "${rules[@]}" 2>/dev/null | sed -nE 's/^([^ ].*) \([A-Z][a-z]+\)$/\1/p')
}

# What saker list prints the rows of: the name is in the first column, of events in the second.
_saker_rows() {
	case $1 in
	fields) _saker_fields ;;
	events) saker list events 2>/dev/null | sed -nE 's/^[0-9]+ ([^ ]+).*/\1/p' ;;
	syscalls) saker list syscalls 2>/dev/null | sed -E '1d; s/ .*//' ;;
	metrics) saker list metrics 2>/dev/null | sed -nE 's/^([a-z_0-9]+).*/\1/p' ;;
	esac
}

_saker() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} words=''

	# readline splits --option=value and replay:FILE.
	case $prev$cur in
	[=:]*) [ "$COMP_CWORD" -lt 3 ] || prev=${COMP_WORDS[COMP_CWORD - 2]}$prev ;;
	*[=:]) prev=$prev$cur cur='' ;;
	esac
	prev=${prev%=}
	case $prev in
	replay:) _saker_files; return ;;
	-F | --fields)		# completes the last field of the list
		words=$(_saker_fields)
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
		explain) _saker_rules; return ;;
		list) [ "$prev" != rules ] || { _saker_rules; return; }
			words=$(_saker_rows "$prev")
			[ "$COMP_CWORD" -gt 2 ] ||
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
