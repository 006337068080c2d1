/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A template is a condition with places to fill in: $n a program, $N several,
 * $p a file, $P several, $d a directory, $D several, and so on. The words come
 * from what the recorded machine really does as well as from thin air, as the
 * rules of a site name some of its programs and many that it never runs.
 */
#include "engine_rules.h"
#include <stdlib.h>
#include <string.h>

struct source {
	FILE *out;
	uint64_t seed;
	unsigned int n;		/* rules: with more of them there are more words */
};

static unsigned int chance(struct source *s, unsigned int n)
{
	s->seed = s->seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(s->seed >> 33) % n;
}

static const char prelude[] =
	"- list: shell_binaries\n"
	"  items: [ash, bash, csh, ksh, sh, tcsh, zsh, dash]\n"
	"- list: package_mgmt_binaries\n"
	"  items: [dpkg, dpkg-deb, dpkg-preconfigu, apt, apt-get, aptitude, rpm, dnf, yum, apk, snapd,\n"
	"    update-alternat, unattended-upgr, needrestart, debconf, frontend, preinst, postinst]\n"
	"- list: login_binaries\n"
	"  items: [login, systemd, systemd-logind, su, sudo, nologin, faillog, lastlog, newgrp, sg, sshd]\n"
	"- list: user_mgmt_binaries\n"
	"  items: [useradd, usermod, userdel, groupadd, groupdel, passwd, chage, vipw, adduser, pwck]\n"
	"- list: cron_binaries\n"
	"  items: [anacron, cron, crond, crontab, run-parts]\n"
	"- list: http_server_binaries\n"
	"  items: [nginx, httpd, httpd-foregroun, lighttpd, apache, apache2]\n"
	"- list: coreutils_binaries\n"
	"  items: [truncate, sha1sum, numfmt, fmt, fold, uniq, cut, who, groups, csplit, sort, expand, printf,\n"
	"    printenv, unlink, tee, chcon, stat, basename, split, nice, whoami, sha224sum, hostid, users,\n"
	"    stdbuf, base64, unexpand, cksum, od, paste, nproc, pathchk, sha256sum, wc, test, comm, arch, du,\n"
	"    factor, sha512sum, md5sum, tr, runcon, env, dirname, tsort, join, shuf, install, logname, pinky,\n"
	"    nohup, expr, pr, tty, timeout, tail, nl, head, mv, ls, cat, cp, rm, mkdir, touch, chmod, ln]\n"
	"- list: build_binaries\n"
	"  items: [cc1, cc1plus, as, ld, collect2, gcc, g++, make, ninja, cmake, rustc, cargo, go, tsc]\n"
	"- list: sensitive_files\n"
	"  items: [/etc/shadow, /etc/sudoers, /etc/pam.conf, /etc/security/pwquality.conf]\n"
	"- list: binary_directories\n"
	"  items: [/bin, /sbin, /usr/bin, /usr/sbin, /usr/local/bin, /usr/local/sbin]\n"
	"- list: private_networks\n"
	"  items: ['\"10.0.0.0/8\"', '\"172.16.0.0/12\"', '\"192.168.0.0/16\"', '\"127.0.0.0/8\"']\n"
	"- macro: never_true\n  condition: (evt.num=0)\n"
	"- macro: container\n  condition: (container.id != host)\n"
	"- macro: open_write\n"
	"  condition: >\n"
	"    (evt.type in (open,openat,openat2) and evt.is_open_write=true and fd.typechar='f' and fd.num>=0)\n"
	"- macro: open_read\n"
	"  condition: >\n"
	"    (evt.type in (open,openat,openat2) and evt.is_open_read=true and fd.typechar='f' and fd.num>=0)\n"
	"- macro: spawned_process\n  condition: (evt.type in (execve, execveat) and evt.dir=< and evt.arg.res=0)\n"
	"- macro: outbound\n"
	"  condition: >\n"
	"    (((evt.type = connect and evt.dir=<) or\n"
	"      (evt.type in (sendto,sendmsg) and evt.dir=< and fd.l4proto != tcp and fd.connected=false)) and\n"
	"     (fd.typechar = 4 or fd.typechar = 6) and\n"
	"     (fd.ip != \"0.0.0.0\" and fd.net != \"127.0.0.0/8\" and not fd.snet in (private_networks)) and\n"
	"     (evt.rawres >= 0 or evt.res = EINPROGRESS))\n"
	"- macro: inbound\n"
	"  condition: >\n"
	"    (((evt.type in (accept,accept4,listen) and evt.dir=<) or\n"
	"      (evt.type in (recvfrom,recvmsg) and evt.dir=< and fd.l4proto != tcp and fd.connected=false)) and\n"
	"     (fd.typechar = 4 or fd.typechar = 6) and (fd.ip != \"0.0.0.0\" and fd.net != \"127.0.0.0/8\") and\n"
	"     (evt.rawres >= 0 or evt.res = EINPROGRESS))\n"
	"- macro: inbound_outbound\n"
	"  condition: >\n"
	"    ((evt.type in (accept,accept4,listen,connect) and evt.dir=<) and\n"
	"     (fd.typechar = 4 or fd.typechar = 6) and (fd.ip != \"0.0.0.0\" and fd.net != \"127.0.0.0/8\") and\n"
	"     (evt.rawres >= 0 or evt.res = EINPROGRESS))\n"
	"- macro: rename\n  condition: (evt.type in (rename, renameat, renameat2))\n"
	"- macro: remove\n  condition: (evt.type in (rmdir, unlink, unlinkat))\n"
	"- macro: modify\n  condition: (rename or remove)\n"
	"- macro: chmod\n  condition: (evt.type in (chmod, fchmod, fchmodat) and evt.dir=<)\n"
	"- macro: proc_name_exists\n  condition: (not proc.name in (\"<NA>\",\"N/A\"))\n"
	"- macro: package_mgmt_procs\n  condition: (proc.name in (package_mgmt_binaries))\n"
	"- macro: package_mgmt_ancestor\n"
	"  condition: >\n"
	"    (proc.pname in (package_mgmt_binaries) or proc.aname[2] in (package_mgmt_binaries) or\n"
	"     proc.aname[3] in (package_mgmt_binaries) or proc.aname[4] in (package_mgmt_binaries))\n"
	"- macro: user_known_activity\n  condition: (never_true)\n";

/* Words that the recorded machine knows, and parts of words that it does not. */
static const char *const programs[] = {
	"nginx", "sh", "gcc", "cc1", "as", "ld", "make", "dpkg", "dpkg-deb", "tar", "ab", "cron",
	"find", "grep", "perl", "ldconfig", "rm", "mv", "cp", "update-alternat", "run-parts", "file",
};
static const char *const vendors[] = {
	"acme", "orbit", "falcon", "blue", "delta", "kilo", "nova", "pixel", "quartz", "raven", "sigma",
	"tango", "umbra", "vertex", "willow", "xenon", "yonder", "zephyr", "atlas", "borea", "cedar",
};
static const char *const things[] = {
	"agent", "backup", "cache", "daemon", "exporter", "feed", "gateway", "helper", "index", "job",
	"keeper", "log", "mail", "node", "ops", "proxy", "queue", "relay", "sync", "task", "worker",
};
static const char *const roots[] = {
	"/etc", "/etc", "/var/lib", "/var/lib", "/opt", "/opt", "/srv", "/usr/local/lib", "/home",
	"/var/log", "/root", "/usr/share", "/usr/lib", "/var/cache", "/run",
};
static const char *const endings[] = { "conf", "key", "db", "yaml", "json", "sock", "so", "pem", "log" };
static const char *const users[] = { "www-data", "backup", "deploy", "postgres", "git", "nobody" };

#define PICK(s, a)	((a)[chance(s, sizeof(a) / sizeof((a)[0]))])

/* One of as many made-up words as there are rules. */
static void word(struct source *s, const char *between)
{
	unsigned int variants = s->n / 400 + 1;

	fprintf(s->out, "%s%s%s", PICK(s, vendors), between, PICK(s, things));
	if (variants > 1)
		fprintf(s->out, "%u", chance(s, variants));
}

static void put_program(struct source *s)
{
	if (!chance(s, 12))
		fputs(PICK(s, programs), s->out);
	else
		word(s, chance(s, 2) ? "-" : "");
}

static void put_directory(struct source *s)
{
	fprintf(s->out, "%s/", PICK(s, roots));
	word(s, "/");
}

static void put_file(struct source *s)
{
	put_directory(s);
	fprintf(s->out, "/%s.%s", PICK(s, things), PICK(s, endings));
}

static void put_part(struct source *s)
{
	fputs(chance(s, 2) ? "/." : "--", s->out);
	word(s, "_");
}

static void put_ending(struct source *s)
{
	word(s, ".");
	fprintf(s->out, ".%s", PICK(s, endings));
}

static void put_address(struct source *s)
{
	fprintf(s->out, "\"%u.%u.%u.%u\"", 11 + chance(s, 150), chance(s, 256), chance(s, 256),
		chance(s, 256));
}

static void put_network(struct source *s)
{
	fprintf(s->out, "\"%u.%u.%u.0/24\"", 11 + chance(s, 150), chance(s, 256), chance(s, 256));
}

static void put_port(struct source *s)
{
	fprintf(s->out, "%u", 1024 + chance(s, 60000));
}

static void put_user(struct source *s)
{
	if (chance(s, 2))
		fputs(PICK(s, users), s->out);
	else
		word(s, "-");
}

static const struct {
	char letter;		/* in capitals: several */
	void (*put)(struct source *s);
} places[] = {
	{ 'n', put_program }, { 'd', put_directory }, { 'p', put_file }, { 'w', put_part },
	{ 'e', put_ending }, { 'a', put_address }, { 'c', put_network }, { 'o', put_port },
	{ 'u', put_user },
};

static void put_place(struct source *s, char letter)
{
	bool several = letter >= 'A' && letter <= 'Z';

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i].letter != (several ? letter | 0x20 : letter))
			continue;
		for (unsigned int n = several ? 2 + chance(s, 7) : 1; n; n--) {
			places[i].put(s);
			fputs(n > 1 ? ", " : "", s->out);
		}
	}
}

struct template {
	uint8_t weight;
	const char *text;
};

/* What has a check of equality that is not negated; by event as Falco's rules are. */
static const struct template with_equality[] = {
	{ 8, "spawned_process and proc.name = $n and proc.args contains \"$w\"" },
	{ 8, "spawned_process and proc.name in ($N) and proc.pname in ($N) and not user_known_activity" },
	{ 5, "spawned_process and container and proc.name in ($N) and not user_known_activity" },
	{ 4, "spawned_process and proc.exepath in ($P)" },
	{ 4, "spawned_process and proc.pname in ($N) and proc_name_exists and not proc.name in ($N)" },
	{ 3, "spawned_process and proc.cmdline contains \"$w\" and proc.pname = $n" },
	{ 3, "spawned_process and user.name = $u and proc.name in ($N)" },
	{ 2, "spawned_process and proc.aname in ($N) and proc.name in (shell_binaries)" },
	{ 2, "spawned_process and proc.name in ($N) and proc.tty != 0" },
	{ 6, "open_read and fd.name in ($P) and proc_name_exists and not proc.name in ($N)" },
	{ 5, "open_write and fd.directory in ($D) and not package_mgmt_procs and not "
	  "package_mgmt_ancestor" },
	{ 4, "open_write and proc.name = $n and fd.name startswith $d/" },
	{ 3, "open_write and container and proc.name in ($N) and fd.name startswith $d" },
	{ 3, "open_read and (fd.name = $p or fd.name = $p or fd.directory = $d)" },
	{ 2, "open_read and fd.filename = $n.conf and not proc.aname in ($N)" },
	{ 1, "(open_write or (modify and evt.arg.path startswith $d)) and proc.name = $n" },
	{ 4, "outbound and proc.name in ($N) and not user_known_activity" },
	{ 3, "outbound and fd.sip in ($A)" },
	{ 2, "outbound and fd.sport in ($O) and not proc.name in ($N)" },
	{ 2, "inbound and proc.name in ($N) and not fd.sport in ($O)" },
	{ 2, "inbound_outbound and fd.l4proto = udp and proc.name = $n" },
	{ 3, "modify and evt.arg.path = $p and not proc.name in ($N)" },
	{ 2, "chmod and evt.arg.mode contains \"S_ISUID\" and proc.name in ($N)" },
	{ 2, "evt.type in (mkdir, mkdirat) and proc.name = $n and evt.arg.path startswith $d" },
	{ 2, "evt.type = setuid and proc.name in ($N) and not proc.pname in ($N)" },
	{ 1, "evt.type = ptrace and evt.arg.request contains \"PTRACE_ATTACH\" and proc.name = $n" },
	{ 1, "evt.type in (dup, dup2, dup3) and container and evt.rawres in (0, 1, 2) and fd.type in "
	  "(\"ipv4\", \"ipv6\") and proc.name in ($N)" },
	{ 1, "evt.type in (symlink, symlinkat) and evt.arg.target in ($P)" },
	{ 1, "evt.type in (init_module, finit_module) and proc.name in ($N)" },
	{ 1, "evt.type in (setns, unshare) and proc.name = $n and not container" },
};

/* And what has none. */
static const struct template without_equality[] = {
	{ 4, "open_write and fd.name startswith $d and not proc.name in ($N) and not "
	  "package_mgmt_procs" },
	{ 3, "open_read and fd.name contains \"$w\" and not proc.name in ($N)" },
	{ 2, "open_read and fd.name endswith $e and not proc.name in ($N)" },
	{ 3, "spawned_process and proc.cmdline contains \"$w\"" },
	{ 2, "spawned_process and (proc.args contains \"$w\" or proc.args contains \"$w\") and not "
	  "proc.name in ($N)" },
	{ 1, "spawned_process and proc.cmdline icontains \"$w\" and not proc.pname in ($N)" },
	{ 1, "spawned_process and proc.exe startswith $d" },
	{ 2, "open_write and fd.name pmatch ($D) and not proc.name in ($N)" },
	{ 1, "open_write and fd.name glob /home/*/.$n/*" },
	{ 1, "outbound and fd.snet in ($C) and not proc.name in ($N)" },
	{ 1, "open_write and container and not proc.name in ($N) and not fd.name startswith /var/lib" },
	{ 1, "spawned_process and proc.cmdline regex \".*(curl|wget) .*https?://$e.*\"" },
};

/* What every site begins with: the rules Falco ships, in shape. */
static const struct template common[] = {
	{ 1, "open_read and fd.name in (sensitive_files) and not proc.name in (user_mgmt_binaries, "
	  "login_binaries, cron_binaries) and not package_mgmt_ancestor" },
	{ 1, "open_read and (fd.name in (sensitive_files) or fd.name startswith /etc/pam.d/) and "
	  "proc.name in (http_server_binaries) and proc.duration > 5000000000" },
	{ 1, "open_read and (fd.name contains \"/..\" or fd.nameraw contains \"../\") and fd.name "
	  "startswith /etc and not proc.name in ($N)" },
	{ 1, "open_write and fd.directory in (binary_directories) and not package_mgmt_procs and not "
	  "package_mgmt_ancestor and not user_known_activity" },
	{ 1, "open_write and fd.name startswith /etc/ and not package_mgmt_procs and not "
	  "package_mgmt_ancestor and not proc.name in (user_mgmt_binaries, ldconfig, cp, mv, rm, "
	  "update-alternat, dpkg, cat, sed, sh, tar, ucf, nginx)" },
	{ 1, "open_write and (fd.filename in (.bashrc, .profile, .zshrc, .cshrc) or fd.name in "
	  "(/etc/profile, /etc/bashrc)) and not proc.name in (shell_binaries)" },
	{ 1, "(open_write and fd.name startswith /etc/cron and not package_mgmt_ancestor) or "
	  "(spawned_process and proc.name = crontab)" },
	{ 1, "(open_read or open_write) and (fd.name contains \"/.ssh/\" or fd.name glob *id_rsa*) and "
	  "not proc.name in (ssh, sshd)" },
	{ 1, "open_write and fd.name startswith /dev and not proc.name in (udevadm, blkid, systemd, "
	  "sh, dash, make, gcc, dpkg, grep, nginx, cron, ab, ld, cc1, as, collect2, find, tar, "
	  "dpkg-deb) and not fd.name in (/dev/null, /dev/stdin, /dev/stdout, /dev/stderr, /dev/tty, "
	  "/dev/ptmx) and not fd.name startswith /dev/pts" },
	{ 1, "open_write and container and fd.name endswith release_agent" },
	{ 1, "open_write and (fd.name startswith /root/ or fd.name = /root) and not proc.name in (sh, "
	  "make, cc1, as, ld, gcc, collect2, rm) and not proc.name startswith python" },
	{ 1, "open_write and evt.arg.flags contains \"O_TRUNC\" and fd.name startswith /var/log/ and "
	  "not proc.name in (nginx, dpkg, rsyslogd, logrotate)" },
	{ 1, "open_read and container and fd.name glob /proc/*/environ" },
	{ 1, "open_read and proc.name = sshd and (fd.name endswith liblzma.so.5.6.0 or fd.name "
	  "endswith liblzma.so.5.6.1)" },
	{ 1, "open_write and container and fd.name endswith authorized_keys" },
	{ 1, "(open_read or open_write) and container and (fd.name startswith /dev/sd or fd.name = "
	  "/dev/mem)" },
	{ 1, "open_read and container and (fd.name startswith /host/ or fd.name startswith /rootfs/)" },
	{ 1, "open_write and container and fd.name pmatch (/proc/self/exe)" },
	{ 1, "open_write and fd.name startswith /var/lib/rpm and not proc.name in (rpm, dnf, yum)" },
	{ 1, "((open_write and evt.is_open_exec = true) or (modify and evt.arg.path contains \"/.\")) "
	  "and container and not user_known_activity" },
	{ 1, "((open_write and fd.name contains \"_history\") or (modify and evt.arg.path endswith "
	  "_history))" },
	{ 1, "((open_write and fd.directory startswith /etc/apt) or (modify and evt.arg.path "
	  "startswith /etc/apt)) and not package_mgmt_procs" },
	{ 1, "spawned_process and proc.name in (shell_binaries) and proc.pname in "
	  "(http_server_binaries) and not user_known_activity" },
	{ 1, "spawned_process and container and proc.name in (shell_binaries) and proc.tty != 0" },
	{ 1, "spawned_process and proc.name in (nc, ncat) and (proc.args contains \"-e\" or proc.args "
	  "contains \"-c\")" },
	{ 1, "spawned_process and proc.name in (grep, egrep, find) and (proc.args icontains \"private "
	  "key\" or proc.args contains \"id_rsa\" or proc.args contains \"aws_access_key\")" },
	{ 1, "spawned_process and proc.name in (shred, mkfs, mke2fs)" },
	{ 1, "spawned_process and (proc.exe startswith /dev/shm/ or (proc.cwd startswith /dev/shm/ and "
	  "proc.exe startswith \"./\"))" },
	{ 1, "spawned_process and container and proc.is_exe_upper_layer = true" },
	{ 1, "spawned_process and proc.is_exe_from_memfd = true and not user_known_activity" },
	{ 1, "spawned_process and proc.cmdline contains \"stratum+tcp\"" },
	{ 1, "spawned_process and proc.name in (xmrig, minerd, cpuminer, ethminer)" },
	{ 1, "spawned_process and proc.pname in (http_server_binaries) and proc.name in (curl, wget, "
	  "nc, python3, perl) " },
	{ 1, "spawned_process and proc.name in (user_mgmt_binaries) and not proc.pname in "
	  "(cron_binaries) and not package_mgmt_ancestor" },
	{ 1, "spawned_process and proc.name = sudoedit and (proc.args contains \"-s\" or proc.args "
	  "contains \"-i\")" },
	{ 1, "spawned_process and user.uid != 0 and proc.name = pkexec and proc.args = ''" },
	{ 1, "spawned_process and container and proc.name = mount and container.privileged = true" },
	{ 1, "inbound_outbound and proc.name in (coreutils_binaries, user_mgmt_binaries)" },
	{ 1, "inbound_outbound and fd.l4proto = udp and not fd.port in (53, 123) and not proc.name in "
	  "(ab)" },
	{ 1, "outbound and container and fd.sip = \"169.254.169.254\"" },
	{ 1, "outbound and proc.exe endswith ssh and fd.l4proto = tcp and not fd.sport = 22" },
	{ 1, "evt.type in (dup, dup2, dup3) and container and evt.rawres in (0, 1, 2) and fd.type in "
	  "(\"ipv4\", \"ipv6\")" },
	{ 1, "evt.type = setuid and user.uid != 0 and not proc.name in (sudo, su) and not "
	  "user_known_activity" },
	{ 1, "evt.type = ptrace and evt.arg.request contains \"PTRACE_TRACEME\"" },
	{ 1, "modify and (evt.arg.oldpath pmatch (binary_directories) or evt.arg.path pmatch "
	  "(binary_directories)) and not package_mgmt_procs" },
	{ 1, "evt.type in (symlink, symlinkat) and evt.arg.target in (sensitive_files)" },
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static const char *pick(struct source *s, const struct template *table, size_t n)
{
	unsigned int sum = 0, at;

	for (size_t i = 0; i < n; i++)
		sum += table[i].weight;
	at = chance(s, sum);
	for (size_t i = 0; i < n; i++) {
		if (at < table[i].weight)
			return table[i].text;
		at -= table[i].weight;
	}
	return table[0].text;
}

static void put_rule(struct source *s, unsigned int number, const char *text)
{
	fprintf(s->out, "- rule: Made rule %u\n  desc: made by tests/bench/engine_rules.c\n"
		"  output: \"user=%%user.name process=%%proc.name command=%%proc.cmdline file=%%fd.name\"\n"
		"  priority: WARNING\n  warn_evttypes: false\n  condition: >\n    ", number);
	for (; *text; text++) {
		if (*text == '$' && text[1])
			put_place(s, *++text);
		else
			putc(*text, s->out);
	}
	putc('\n', s->out);
}

void rules_print(FILE *out, unsigned int n, uint64_t seed)
{
	struct source s = { out, seed, n };

	fputs(prelude, out);
	for (unsigned int i = 0; i < n; i++) {
		if (i < COUNT(common))
			put_rule(&s, i, common[i].text);
		else if (i % 20 < 3)
			put_rule(&s, i, pick(&s, without_equality, COUNT(without_equality)));
		else
			put_rule(&s, i, pick(&s, with_equality, COUNT(with_equality)));
	}
}
