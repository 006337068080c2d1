# SPDX-License-Identifier: Apache-2.0
#
# Read one suite's TAP, print a line for each test, count. Output without TAP is one
# test; its result is the exit status of the last line, "##exit N". A suite that ends
# before its plan, or fails without a failed test, counts as a failed test, too.
# Variables: suite, counts (a file to append to).

function result(word, text) {
	printf "%-7s %s: %s\n", word, suite, text
	fflush()
	n[word]++
}

/^(not )?ok( |$)/ {
	text = $0
	sub(/^(not )?ok *[0-9]* *(- *)?/, "", text)
	seen++
	failing = 0
	if (toupper(text) ~ /# *(SKIP|TODO)/)
		result("skip", text)
	else if ($1 == "ok")
		result("ok", text)
	else {
		result("NOT OK", text)
		failing = 1
	}
	next
}
/^1\.\.[0-9]+/ {
	plan = substr($1, 4) + 0
	planned = 1
	if (plan == 0 && toupper($0) ~ /# *SKIP/)
		result("skip", $0)
	next
}
/^Bail out!/ { result("NOT OK", $0); seen_bail = 1; next }
/^##exit [0-9]+$/ { status = $2; next }
failing { print "        " $0 }

END {
	if (!seen && !planned && !seen_bail)
		result(status == 0 ? "ok" : "NOT OK", title)
	else if (planned && plan != seen && !seen_bail)
		result("NOT OK", "ended after " seen + 0 " of " plan " tests, status " status)
	else if (!planned && !seen_bail)
		result("NOT OK", "ended without a plan after " seen " tests, status " status)
	else if (status != 0 && !n["NOT OK"])
		result("NOT OK", "all tests passed, but the exit status is " status)
	print suite "\t" n["ok"] + 0 "\t" n["NOT OK"] + 0 "\t" n["skip"] + 0 >>counts
	exit n["NOT OK"] > 0
}
