/* SPDX-License-Identifier: ISC */
#include "util/environment.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "util/xalloc.h"

#include "util/banned.h"

/* A name that ends with "_" stands for all that begin so. */
static const char *const taken[] = {
	"PATH",
	"HOME",
	"USER",
	"LOGNAME",
	"SHELL",
	"LANG",
	"LANGUAGE",
	"LC_",
	"TZ",
	"TMPDIR",
	"TERM",
	"XDG_",
	"POSTROOM_",
	/* notmuch, bogofilter, gpg, pass, and what asks for passwords */
	"NOTMUCH_CONFIG",
	"NOTMUCH_PROFILE",
	"NOTMUCH_DATABASE",
	"BOGOFILTER_DIR",
	"GNUPGHOME",
	"GPG_TTY",
	"PASSWORD_STORE_",
	"SSH_AUTH_SOCK",
	"DBUS_SESSION_BUS_ADDRESS",
	"DISPLAY",
	"WAYLAND_DISPLAY",
	"XAUTHORITY",
};

static char **passed;

void environment_pass(char *const *names)
{
	strings_free(passed);
	passed = strings_copy(names);
}

static bool is_passed(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		size_t n = strlen(taken[i]);

		if (strncmp(taken[i], name, n) == 0 &&
		    (n == len || (n < len && taken[i][n - 1] == '_')))
			return true;
	}
	for (size_t i = 0; passed != NULL && passed[i] != NULL; i++)
		if (strlen(passed[i]) == len &&
		    memcmp(passed[i], name, len) == 0)
			return true;
	return false;
}

/* Is the variable, with its "=", in the list? */
static bool has(char *const *list, const char *variable, size_t len)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		if (strncmp(list[i], variable, len) == 0)
			return true;
	return false;
}

char **environment_make(char *const *more)
{
	static const char path[] = "PATH=";
	char **list = xcalloc(1, sizeof(*list));

	for (size_t i = 0; environ[i] != NULL; i++) {
		size_t len = strcspn(environ[i], "=");

		if (is_passed(environ[i], len) &&
		    !has(more, environ[i], len + 1))
			strings_add(&list, environ[i]);
	}
	for (size_t i = 0; more != NULL && more[i] != NULL; i++)
		strings_add(&list, more[i]);
	if (!has(list, path, strlen(path)))
		strings_add(&list, "PATH=" ENVIRONMENT_PATH);
	return list;
}
