// SPDX-License-Identifier: Apache-2.0
/*
 * Users and groups changed. One table of calls; after each,
 * /proc says what the ids are now, and the record must say the same, under
 * every call of the family and whether it succeeded or not.
 */
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts.h"

#define NO_ID	0xffffffffu

struct ids {
	unsigned long r, e, s, f;
};

static struct ids ids_now(const char *key)
{
	char format[32], buf[4096];
	struct ids i = { 0 };
	FILE *f = fopen("/proc/thread-self/status", "r");

	MUST(f && fread(buf, 1, sizeof(buf) - 1, f) > 0);
	fclose(f);
	snprintf(format, sizeof(format), "\n%s:", key);
	MUST(sscanf(strstr(buf, format) + strlen(format), "%lu %lu %lu %lu", &i.r, &i.e, &i.s, &i.f) == 4);
	return i;
}

static uint64_t caps_now(int effective)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[2];

	MUST(syscall(SYS_capget, &h, d) == 0);
	return effective ? d[0].effective | (uint64_t)d[1].effective << 32 :
			   d[0].permitted | (uint64_t)d[1].permitted << 32;
}

static void changed(long res, uint32_t a, uint32_t b, uint32_t c)
{
	struct ids u = ids_now("Uid"), g = ids_now("Gid");

	EXPECT(setid, .res = N(res), .arg_real = N(a), .arg_effective = N(b), .arg_saved = N(c),
	       .uid = N(u.r), .euid = N(u.e), .suid = N(u.s), .fsuid = N(u.f),
	       .gid = N(g.r), .egid = N(g.e), .sgid = N(g.s), .fsgid = N(g.f),
	       .cap_permitted = N(caps_now(0)), .cap_effective = N(caps_now(1)));
}

static void setid_three(void)
{
	changed(sys(SYS_setresgid, 11, 12, 13), 11, 12, 13);
	changed(sys(SYS_setresuid, 21, 22, 23), 21, 22, 23);
	changed(sys(SYS_setresuid, -1, 23, -1), NO_ID, 23, NO_ID);
}

static void setid_two(void)
{
	changed(sys(SYS_setregid, 31, 32), 31, 32, NO_ID);
	changed(sys(SYS_setreuid, 41, 42), 41, 42, NO_ID);
}

static void setid_one(void)
{
	changed(sys(SYS_setgid, 51), 51, NO_ID, NO_ID);
	changed(sys(SYS_setuid, 61), 61, NO_ID, NO_ID);
}

static void setid_fs(void)
{
	changed(sys(SYS_setfsgid, 71), 71, NO_ID, NO_ID);
	changed(sys(SYS_setfsuid, 81), 81, NO_ID, NO_ID);
	changed(sys(SYS_setfsuid, -1), NO_ID, NO_ID, NO_ID);
}

static void setid_refused(void)
{
	MUST(setregid(65534, 65534) == 0 && setreuid(65534, 65534) == 0);
	changed(sys(SYS_setuid, 0), 0, NO_ID, NO_ID);
	MUST(last.res == -EPERM);
	changed(sys(SYS_setresgid, 0, 0, 0), 0, 0, 0);
	changed(sys(SYS_setreuid, 0, 65534), 0, 65534, NO_ID);
	changed(sys(SYS_setuid, -1), NO_ID, NO_ID, NO_ID);
	MUST(last.res == -EINVAL);
}

TESTS(setid,
	TEST(setid, "setresuid and setresgid record three ids and the result", setid_three),
	TEST(setid, "setreuid and setregid record two", setid_two),
	TEST(setid, "setuid and setgid record one", setid_one),
	TEST(setid, "setfsuid and setfsgid record the id before and after", setid_fs),
	TEST(setid, "refused changes are recorded and change nothing", setid_refused),
);
