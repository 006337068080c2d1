#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The work that tests/bench/engine-capture records, everything at once until it is
# killed: a build under load, a web server under load in a container's control
# group, packages installed and removed, what cron runs, a check of all files.
#
#   engine-work.sh WORLD GROUPS		a Debian root, a mounted cgroup hierarchy
#
# It mounts below WORLD and configures the loopback device: give it namespaces or
# a machine of its own.

world=$1 groups=$2

mount -t proc proc "$world/proc"
mount --bind /dev "$world/dev"
mount -t devpts devpts "$world/dev/pts"

in_world() { chroot "$world" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
# Compilers and dpkg take what time the others leave: they cost much and open little.
gently() { in_world nice -n 5 "$@"; }

# A project of forty small files, each with its own set of headers.
make_project() {
	mkdir -p "$world/root/project"
	(
		cd "$world/root/project" || exit
		i=0
		while [ $i -lt 40 ]; do
			{
				for h in stdio stdlib string unistd errno fcntl signal time ctype limits stdint \
					sys/types sys/stat sys/socket netinet/in arpa/inet pthread poll dirent pwd; do
					[ $(((i + ${#h}) % 3)) -eq 0 ] || echo "#include <$h.h>"
				done
				echo "#include \"part.h\""
				echo "int part_$i(int x) { return x * $i + PART; }"
			} >part$i.c
			i=$((i + 1))
		done
		echo '#define PART 1' >part.h
		echo 'int main(void) { return 0; }' >main.c
		cat >Makefile <<-'END'
			OBJS = $(patsubst %.c,%.o,$(wildcard *.c))
			CFLAGS = -O1 -Wall -I. -I/usr/local/include/project -I/opt/include
			program: $(OBJS)
				$(CC) -o $@ $^
			%.o: %.c
				$(CC) $(CFLAGS) -c -o $@ $<
			clean:
				rm -f *.o program
		END
	)
}

# What fails at once must not fill the capture with nothing but its shell: hence the pauses.
build() { while sleep 0.2; do gently make -s -C /root/project clean program >/dev/null 2>&1; done; }

serve() {
	group=$groups/system.slice/docker-3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3a7a0.scope
	mkdir -p "$group"
	for i in 1 2 3 4 5 6 7 8 9; do
		mkdir -p "$world/var/www/html/site/$i"
		head -c $((i * 900)) /dev/urandom >"$world/var/www/html/site/$i/index.html"
	done
	sh -c 'echo $$ >"$1/cgroup.procs"; exec chroot "$0" /usr/sbin/nginx -g "daemon off;"' "$world" "$group" &
	in_world ip link set lo up
	in_world ip address add 203.0.113.7/32 dev lo	# as if from elsewhere
	sleep 3
	while sleep 0.2; do
		for i in 1 2 3 4 5 6 7 8 9; do
			in_world ab -q -n 2000 -c 8 http://203.0.113.7/site/$i/index.html >/dev/null 2>&1
			in_world ab -q -n 2000 -c 8 http://127.0.0.1/site/$i/index.html >/dev/null 2>&1
			in_world ab -q -n 200 -c 2 http://203.0.113.7/site/$i/missing.html >/dev/null 2>&1
		done
	done
}

install_packages() {
	while sleep 0.2; do
		gently sh -c 'cd /debs && DEBIAN_FRONTEND=noninteractive dpkg --force-all -i *.deb' >/dev/null 2>&1
		gently dpkg --force-all -r tree less bc ed jq zip unzip patch time dc >/dev/null 2>&1
	done
}

# What Debian's cron does every minute and hour, more often.
cron() {
	cat >"$world/etc/cron.d/busy" <<-'END'
		PATH=/usr/sbin:/usr/bin:/sbin:/bin
		* * * * * root for d in /etc/cron.daily /etc/cron.weekly; do run-parts $d; done
		* * * * * root find /etc /var -newer /etc/passwd -type f | head -100 | xargs file
		* * * * * www-data grep -rl server /etc/nginx | wc -l
	END
	in_world cron -f &
	while sleep 2; do
		in_world sh -c 'run-parts /etc/cron.daily; grep -r root /etc | wc -l; df; id; ls -l /tmp' >/dev/null 2>&1
		in_world sh -c 'tar cf /root/backup.tar /etc /var/lib/dpkg; cksum /root/backup.tar' >/dev/null 2>&1
	done &
	# A check of files' first bytes, as integrity checkers make.
	while sleep 1; do
		in_world sh -c 'find /usr /etc /var -xdev -type f -print0 | xargs -0 -n 300 head -qc 64 | cksum' >/dev/null 2>&1
		in_world grep -rlI password /usr/share /usr/include /etc /var/lib/dpkg >/dev/null 2>&1
	done
}

make_project
build &
serve &
install_packages &
cron &
wait
