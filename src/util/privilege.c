/* SPDX-License-Identifier: ISC */
#include "util/privilege.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "util/banned.h"

int privilege_become(uid_t uid, struct error *err)
{
	const struct passwd *user;

	if (geteuid() != 0 || uid == 0)
		return 0;
	user = getpwuid(uid);
	if (user == NULL)
		return error_set(err, ERR_TEMPORARY,
				 "there is no user with the number %ld",
				 (long)uid);
	if (initgroups(user->pw_name, user->pw_gid) == -1 ||
	    setgid(user->pw_gid) == -1 || setuid(user->pw_uid) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot become %s",
				   user->pw_name);
	return 0;
}
