# SPDX-License-Identifier: Apache-2.0
#
# bash completion for saker(8) and saker-driver(8).

_saker() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} words=''

	case $prev in
	-r | record | why | except | --socket) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
	-F | --fields)		# completes the last field of the list
		words=$(saker list fields 2>/dev/null | awk '{ print $1 }')
		compopt -o nospace
		mapfile -t COMPREPLY < <(compgen -P "${cur%"${cur##*,}"}" -W "$words" -- "${cur##*,}")
		return ;;
	--driver) mapfile -t COMPREPLY < <(compgen -W 'auto kmod ebpf replay:' -- "$cur"); return ;;
	list) mapfile -t COMPREPLY < <(compgen -W 'events fields syscalls rules metrics' -- "$cur"); return ;;
	esac
	if [ "$COMP_CWORD" -eq 1 ]; then
		words='run check explain why except trace record stats doctor reload list help --help --version'
	else
		case $command in
		run) words='-r --no-confine --driver --json --checks --append-output --suggested-output --for --socket --help' ;;
		check)
			words='-r --json --diff --details --help'
			[[ $cur == -* ]] || { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return; }
			;;
		explain) words='-r --json --help' ;;
		except) words='-r --json --pick --help' ;;
		why) words='-r --json --help' ;;
		trace) words='-F --fields --json --raw --driver --for --no-confine --help' ;;
		record) words='--driver --for --no-confine --help' ;;
		stats) words='--json --rules --metrics --socket --help' ;;
		doctor) words='--json --help' ;;
		reload) words='--socket --help' ;;
		list)
			words='-r --json --help'
			[ "${COMP_WORDS[2]-}" != events ] || words+=' --coverage --blind'
			;;
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
