/* SPDX-License-Identifier: ISC */
#include <unistd.h>

#include "../tap.h"
#include "../tempdir.h"
#include "util/lock.h"

static void test_lock(void)
{
	struct error err = ERROR_INIT;
	int a = -1, b = -1;

	is_int(1,
	       lock_take(temp_path("lock"), LOCK_EXCLUSIVE, LOCK_TRY, &a, &err),
	       "a lock is taken");
	is_int(0,
	       lock_take(temp_path("lock"), LOCK_EXCLUSIVE, LOCK_TRY, &b, &err),
	       "a taken lock cannot be taken");
	is_int(1, lock_is_taken(temp_path("lock"), &err),
	       "a taken lock is seen as taken");
	(void)close(a);
	is_int(0, lock_is_taken(temp_path("lock"), &err),
	       "a released lock is seen as free");
	is_int(0, lock_is_taken(temp_path("none"), &err),
	       "a missing lock is free");
	is_int(1, lock_take(temp_path("lock"), LOCK_SHARED, LOCK_TRY, &a, &err),
	       "a released lock can be shared");
	is_int(1,
	       lock_take(temp_path("lock"), LOCK_SHARED, LOCK_WAIT, &b, &err),
	       "a second process can share it");
	(void)close(a);
	(void)close(b);
	is_int(-1,
	       lock_take(temp_path("no/lock"), LOCK_SHARED, LOCK_TRY, &a, &err),
	       "a lock that cannot be made is an error");
}

int main(void)
{
	(void)tempdir();
	test_lock();
	return done_testing();
}
