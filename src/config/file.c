/* SPDX-License-Identifier: ISC */
#include "config/file.h"

#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "util/io.h"
#include "util/privilege.h"
#include "util/suggest.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A path with every byte escaped, followed by a pattern. */
#define PATTERN_MAX_BYTES (3UL * IO_PATH_MAX)

static int check_file(int fd, const char *path, struct config_file *file_out,
		      struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return error_errno(err, ERR_CONFIG, "cannot read %s", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERR_CONFIG, "%s is not a regular file",
				 path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return error_set(err, ERR_CONFIG,
				 "%s belongs to another user (uid %lu), who "
				 "could make you run any command",
				 path, (unsigned long)st.st_uid);
	if (privilege_is_shared(&st))
		return error_set(
			err, ERR_CONFIG,
			"%s can write to %s; run: chmod %s-w %s",
			(st.st_mode & S_IWOTH) != 0 ? "everybody" : "a group",
			path, (st.st_mode & S_IWGRP) != 0 ? "go" : "o", path);
	*file_out = (struct config_file){
		.device = st.st_dev,
		.inode = st.st_ino,
		.readable_by_others = (st.st_mode & (S_IRGRP | S_IROTH)) != 0,
	};
	return 0;
}

static int too_large(const char *path, size_t max, struct error *err)
{
	return error_set(err, ERR_CONFIG,
			 "%s is too large; the limit is %zu MB", path,
			 max >> 20);
}

static int read_up_to(int fd, const char *path, struct buf *out,
		      struct error *err)
{
	long n;

	/* A file that fills the buffer is larger than the limit. */
	if (!buf_reserve(out, out->max))
		return too_large(path, out->max, err);
	n = io_read(fd, out->s, out->max, path, err);
	if (n == -1)
		return error_errno(err, ERR_CONFIG, "cannot read %s", path);
	out->len = (size_t)n;
	buf_terminate(out);
	if (out->len == out->max)
		return too_large(path, out->max, err);
	return 0;
}

int config_file_read(const char *path, struct buf *out,
		     struct config_file *file_out, struct error *err)
{
	/* O_NONBLOCK: a FIFO without a writer would block the open. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int rc;

	if (fd == -1)
		return error_errno(err, ERR_CONFIG, "cannot read %s", path);
	rc = check_file(fd, path, file_out, err);
	if (rc == 0)
		rc = read_up_to(fd, path, out, err);
	io_close_quietly(&fd);
	return rc;
}

char *config_file_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	struct buf b = BUF_INIT(PATTERN_MAX_BYTES);

	if (path[0] != '/') {
		char *cwd = getcwd(NULL, 0);

		buf_addstr(&b, cwd == NULL ? "." : cwd);
		free(cwd);
		if (len > 0)
			buf_addch(&b, '/');
	}
	buf_add(&b, path, len);
	if (b.len == 0)
		buf_addch(&b, '.');
	return buf_detach(&b);
}

static const char *filters_directory(void)
{
	const char *other = getenv("POSTROOM_FILTERS");

	return other != NULL && other[0] == '/' ? other : POSTROOM_FILTERS_DIR;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted by bytes: the order of glob() depends on the locale. */
static char **glob_paths(const char *pattern, struct error *err)
{
	glob_t g = {0};
	char **list = NULL;
	int rc = glob(pattern, GLOB_NOSORT, NULL, &g);

	if (rc != 0 && rc != GLOB_NOMATCH) {
		error_set(err, ERR_CONFIG, "cannot list %s", pattern);
		return NULL;
	}
	list = xcalloc(g.gl_pathc + 1, sizeof(*list));
	for (size_t i = 0; i < g.gl_pathc; i++)
		list[i] = xstrdup(g.gl_pathv[i]);
	if (g.gl_pathc > 1)
		qsort(list, g.gl_pathc, sizeof(*list), compare_strings);
	globfree(&g);
	return list;
}

/* `directory` with the special characters of glob() escaped. */
static void add_literally(struct buf *b, const char *directory)
{
	for (; *directory != '\0'; directory++) {
		if (strchr("*?[\\", *directory) != NULL)
			buf_addch(b, '\\');
		buf_addch(b, *directory);
	}
}

static char **no_such_set(const char *name, struct error *err)
{
	struct buf pattern = BUF_INIT(PATTERN_MAX_BYTES);
	struct suggestion s = suggest_for(name);
	struct error ignored = ERROR_INIT;
	char **list;

	add_literally(&pattern, filters_directory());
	buf_addstr(&pattern, "/*.conf");
	list = glob_paths(pattern.s, &ignored);
	buf_release(&pattern);
	for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
		char *base = strrchr(list[i], '/') + 1;

		base[strlen(base) - strlen(".conf")] = '\0';
		suggest_try(&s, base);
	}
	error_set(err, ERR_CONFIG, "there is no rule set std:%s in %s%s%s%s",
		  name, filters_directory(),
		  s.best == NULL ? "" : " — did you mean 'std:",
		  s.best == NULL ? "" : s.best, s.best == NULL ? "" : "'?");
	strings_free(list);
	return NULL;
}

static char **one_path(char *path)
{
	char **list = xcalloc(2, sizeof(*list));

	list[0] = path;
	return list;
}

static char **standard_set(const char *name, struct error *err)
{
	struct buf path = BUF_INIT(IO_PATH_MAX);

	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL) {
		error_set(err, ERR_CONFIG,
			  "\"std:%s\" is not the name of a rule set", name);
		return NULL;
	}
	buf_addf(&path, "%s/%s.conf", filters_directory(), name);
	if (path.full || access(path.s, F_OK) == -1) {
		buf_release(&path);
		return no_such_set(name, err);
	}
	return one_path(buf_detach(&path));
}

bool config_file_is_set(const char *name)
{
	return strncmp(name, "std:", 4) == 0;
}

char **config_file_include(const char *name, const char *directory,
			   struct error *err)
{
	struct buf pattern = BUF_INIT(PATTERN_MAX_BYTES);
	char *path, **list;

	if (config_file_is_set(name))
		return standard_set(name + 4, err);
	if (strpbrk(name, "*?[") == NULL) {
		path = value_path(name, directory, err);
		return path == NULL ? NULL : one_path(path);
	}
	path = value_home(name, err);
	if (path == NULL)
		return NULL;
	if (path[0] != '/') {
		add_literally(&pattern, directory);
		buf_addch(&pattern, '/');
	}
	buf_addstr(&pattern, path);
	free(path);
	list = glob_paths(pattern.s, err);
	buf_release(&pattern);
	return list;
}

char *config_file_guess(struct slice bytes, const char *name)
{
	size_t len = strlen(name);
	struct slice line;

	while (slice_split(&bytes, '\n', &line)) {
		line = slice_trim(line);
		if (!slice_starts_nocase(line, name))
			continue;
		line = slice_trim(slice_of(line.p + len, line.len - len));
		if (line.len < 2 || line.p[0] != '=')
			continue;
		line = slice_trim(slice_of(line.p + 1, line.len - 1));
		if (line.len > 2 && (line.p[0] == '"' || line.p[0] == '\'')) {
			const char *end =
				memchr(line.p + 1, line.p[0], line.len - 1);

			if (end == NULL)
				continue;
			line = slice_of(line.p + 1, (size_t)(end - line.p) - 1);
		}
		return xmemdup0(line.p, line.len);
	}
	return NULL;
}

/* The path directory + rest when that file exists, else NULL. Allocated. */
static char *existing(const char *directory, const char *rest)
{
	struct buf path = BUF_INIT(IO_PATH_MAX);

	if (directory == NULL || directory[0] != '/')
		return NULL;
	buf_addf(&path, "%s%s", directory, rest);
	if (!path.full && access(path.s, F_OK) == 0)
		return buf_detach(&path);
	buf_release(&path);
	return NULL;
}

char *config_find(void)
{
	const char *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	char *path;

	if (xdg != NULL && xdg[0] == '/')
		path = existing(xdg, "/postroom/postroom.conf");
	else
		path = existing(home, "/.config/postroom/postroom.conf");
	if (path == NULL)
		path = existing(home, "/.postroomrc");
	if (path == NULL)
		path = existing(POSTROOM_SYSCONFDIR, "/postroom.conf");
	return path;
}
