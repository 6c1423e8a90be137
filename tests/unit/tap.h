/* SPDX-License-Identifier: ISC */
/*
 * Test Anything Protocol for unit tests. Each function prints one line and
 * returns whether the test passed; a failure also shows the place and values.
 *
 *	int main(void)
 *	{
 *		is_str("a", f(), "f gives a");
 *		return done_testing();
 *	}
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

static inline bool tap_ok(bool pass, const char *file, int line,
			  const char *name)
{
	tap_count++;
	if (!pass)
		tap_failed++;
	printf("%sok %d - %s\n", pass ? "" : "not ", tap_count, name);
	if (!pass)
		printf("# failed at %s:%d\n", file, line);
	(void)fflush(stdout);
	return pass;
}

static inline void tap_show(const char *label, const char *p, size_t len)
{
	printf("# %s: ", label);
	for (size_t i = 0; p != NULL && i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x20 || c == 0x7f)
			printf("\\x%02x", c);
		else
			(void)putchar(c);
	}
	printf(p == NULL ? "(null)\n" : "\n");
}

static inline bool tap_mem(const char *want, size_t want_len, const char *got,
			   size_t got_len, const char *file, int line,
			   const char *name)
{
	bool same = want_len == got_len && want != NULL && got != NULL &&
		    (want_len == 0 || memcmp(want, got, want_len) == 0);

	if (want == NULL && got == NULL)
		same = true;
	if (!tap_ok(same, file, line, name)) {
		tap_show("wanted", want, want_len);
		tap_show("got   ", got, got_len);
	}
	return same;
}

static inline bool tap_int(long long want, long long got, const char *file,
			   int line, const char *name)
{
	bool same = tap_ok(want == got, file, line, name);

	if (!same)
		printf("# wanted %lld, got %lld\n", want, got);
	return same;
}

static inline bool tap_str(const char *want, const char *got, const char *file,
			   int line, const char *name)
{
	return tap_mem(want, want == NULL ? 0 : strlen(want), got,
		       got == NULL ? 0 : strlen(got), file, line, name);
}

static inline bool tap_slice(const char *want, const char *got, size_t len,
			     const char *file, int line, const char *name)
{
	return tap_mem(want, want == NULL ? 0 : strlen(want), got, len, file,
		       line, name);
}

#define ok(pass, name) tap_ok((pass), __FILE__, __LINE__, (name))
#define is_int(want, got, name)                                                \
	tap_int((long long)(want), (long long)(got), __FILE__, __LINE__, (name))
#define is_str(want, got, name)                                                \
	tap_str((want), (got), __FILE__, __LINE__, (name))
#define is_slice(want, got, name)                                              \
	tap_slice((want), (got).p, (got).len, __FILE__, __LINE__, (name))

static inline void skip_test(const char *name, const char *reason)
{
	tap_count++;
	printf("ok %d - %s # SKIP %s\n", tap_count, name, reason);
}

static inline int done_testing(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed == 0 ? 0 : 1;
}

#endif
