/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Computes the digest of a condition with a fixed key: all machines and
 * versions of Saker give the same number.
 */
#include "rule/digest.h"
#include <errno.h>
#include <stdlib.h>
#include "filter/print.h"
#include "lib/cleanup.h"
#include "lib/siphash.h"

int rule_digest(const struct rule *rule, uint64_t *ret)
{
	static const uint64_t key[2] = { 0x72756c652d646967, 0x6573742d63616e6f };
	_cleanup_(freep) char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (!out)
		return -ENOMEM;
	expr_print(out, rule->expr, NULL, NULL);
	if (fclose(out))
		return -ENOMEM;
	*ret = siphash24(key, (struct str){ text, n });
	return 0;
}
