/* SPDX-License-Identifier: ISC */
/* Keywords of messages as Dovecot's letters, and the lock of its list. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "../tap.h"
#include "../tempdir.h"
#include "mail/tags.h"
#include "maildir/keywords.h"

static void put(const char *name, const char *text)
{
	FILE *f = fopen(temp_path(name), "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0)
		perror(name);
}

static void get(const char *name, char *text, size_t size)
{
	FILE *f = fopen(temp_path(name), "r");
	size_t n = f == NULL ? 0 : fread(text, 1, size - 1, f);

	text[n] = '\0';
	if (f != NULL)
		(void)fclose(f);
}

static int try_letters(int fd, const char *words, char letters[KEYWORD_LETTERS],
		       struct error *err)
{
	struct tags t = {0};
	int rc;

	tags_split(slice_str(words), ' ', &t);
	rc = keywords_assign(fd, &t, letters, err);
	tags_release(&t);
	return rc;
}

static int letters_of(int fd, const char *words, char letters[KEYWORD_LETTERS])
{
	struct error err = ERROR_INIT;

	return try_letters(fd, words, letters, &err);
}

/*
 * Play another process in the critical moment: replace the lock by its own
 * just before the file of this name is moved or removed.
 */
static const char *moment;

static void another_process(const char *name)
{
	if (moment == NULL || strcmp(name, moment) != 0)
		return;
	moment = NULL;
	(void)remove(temp_path("dovecot-uidlist.lock"));
	put("dovecot-uidlist.lock", "theirs");
}

/* These two replace the functions of the C library. */
int unlinkat(int fd, const char *name, int flag)
{
	another_process(name);
	return (int)syscall(SYS_unlinkat, fd, name, flag);
}

int renameat(int oldfd, const char *old, int newfd, const char *new)
{
	another_process(old);
	return (int)syscall(SYS_renameat2, oldfd, old, newfd, new, 0);
}

static int count_files(const char *prefix)
{
	DIR *dir = opendir(tempdir_path);
	struct dirent *entry;
	int n = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
			n++;
	if (dir != NULL)
		(void)closedir(dir);
	return n;
}

static void set_mtime(const char *name, time_t seconds)
{
	const struct timespec times[2] = {{0, UTIME_OMIT}, {seconds, 0}};

	(void)utimensat(AT_FDCWD, temp_path(name), times, 0);
}

static time_t get_mtime(const char *name)
{
	struct stat st;

	return stat(temp_path(name), &st) == 0 ? st.st_mtime : 0;
}

static void test_keywords(void)
{
	char letters[KEYWORD_LETTERS], text[1000];
	int fd = open(tempdir_path, O_RDONLY | O_DIRECTORY);

	is_int(1, letters_of(fd, "Work", letters), "the first keyword");
	is_str("a", letters, "gets the letter a");
	put("dovecot-keywords", "0 work\nodd line\n2 later");
	is_int(1, letters_of(fd, "later WORK", letters), "known keywords");
	is_str("ac", letters, "keep their letters");
	is_int(1, letters_of(fd, "new other", letters), "new keywords");
	is_str("bd", letters, "get free letters");
	get("dovecot-keywords", text, sizeof(text));
	is_str("0 work\nodd line\n2 later\n1 new\n3 other\n", text,
	       "the file has the new keywords");
	is_int(0, letters_of(fd, "发票", letters),
	       "a keyword that is not ASCII is refused");
	is_int(0,
	       letters_of(fd,
			  "t1 t2 t3 t4 t5 t6 t7 t8 t9 t10 t11 t12 t13 t14 t15 "
			  "t16 t17 t18 t19 t20 t21 t22 t23",
			  letters),
	       "more than 26 keywords do not fit");
	get("dovecot-keywords", text, sizeof(text));
	ok(strstr(text, "t1") == NULL, "none of them is written");
	put("dovecot-uidlist.lock", "");
	is_int(1, letters_of(fd, "work", letters), "reading needs no lock");
	is_int(0, letters_of(fd, "third", letters), "writing needs the lock");
	is_str("", letters, "without the lock there are no letters");
	(void)remove(temp_path("dovecot-uidlist.lock"));
	is_int(1, letters_of(fd, "third", letters), "the lock is free again");
	ok(access(temp_path("dovecot-uidlist.lock"), F_OK) != 0,
	   "our lock is gone");
	(void)close(fd);
}

static void test_stale(void)
{
	char letters[KEYWORD_LETTERS];
	int fd = open(tempdir_path, O_RDONLY | O_DIRECTORY);

	put("dovecot-uidlist.lock", "");
	set_mtime("dovecot-uidlist.lock", 1000);
	is_int(1, letters_of(fd, "fourth", letters), "an old lock is broken");
	is_int(0, count_files("dovecot-uidlist"), "no trace of it is left");
	(void)close(fd);
}

static void test_lock_of_others(void)
{
	char letters[KEYWORD_LETTERS], text[100];
	int fd = open(tempdir_path, O_RDONLY | O_DIRECTORY);

	put("dovecot-uidlist.lock", "");
	set_mtime("dovecot-uidlist.lock", 1000);
	moment = "dovecot-uidlist.lock";
	is_int(0, letters_of(fd, "fifth", letters),
	       "a lock that was replaced since it was seen is not stale");
	ok(moment == NULL, "it was replaced meanwhile");
	get("dovecot-uidlist.lock", text, sizeof(text));
	is_str("theirs", text, "the other lock is still there");
	is_int(1, count_files("dovecot-uidlist"), "it has only this name");
	(void)remove(temp_path("dovecot-uidlist.lock"));

	moment = "dovecot-keywords.postroom";
	is_int(1, letters_of(fd, "sixth", letters), "our lock is broken");
	ok(moment == NULL, "it was replaced meanwhile");
	get("dovecot-uidlist.lock", text, sizeof(text));
	is_str("theirs", text, "another process's lock is not removed");
	(void)remove(temp_path("dovecot-uidlist.lock"));
	(void)close(fd);
}

static void test_no_file(void)
{
	char letters[KEYWORD_LETTERS];
	struct error err = ERROR_INIT;
	int fd = open(tempdir_path, O_RDONLY | O_DIRECTORY);

	(void)remove(temp_path("dovecot-keywords"));
	(void)mkfifo(temp_path("dovecot-keywords"), 0600);
	(void)alarm(20); /* ends this program if it hangs */
	is_int(-1, try_letters(fd, "work", letters, &err), "a FIFO is refused");
	(void)alarm(0);
	is_int(ERR_TEMPORARY, err.kind, "the error is temporary");
	is_str("dovecot-keywords is not a file", err.text,
	       "the error gives the reason");
	(void)remove(temp_path("dovecot-keywords"));
	(void)close(fd);
}

static void test_mtime(void)
{
	char letters[KEYWORD_LETTERS];
	time_t future = time(NULL) + 1000;
	int fd = open(tempdir_path, O_RDONLY | O_DIRECTORY);

	put("dovecot-keywords", "0 work\n");
	set_mtime("dovecot-keywords", future);
	is_int(1, letters_of(fd, "more", letters), "a file from the future");
	is_int(future + 1, get_mtime("dovecot-keywords"),
	       "its time still grows");
	is_int(1, letters_of(fd, "again", letters),
	       "a change in the same second");
	is_int(future + 2, get_mtime("dovecot-keywords"),
	       "its time grows again");
	set_mtime("dovecot-keywords", 1000);
	is_int(1, letters_of(fd, "old", letters), "an old file");
	ok(get_mtime("dovecot-keywords") >= future - 1000,
	   "gets the time of today");
	(void)close(fd);
}

static void test_twice(void)
{
	char letters[KEYWORD_LETTERS];
	int fd = open(tempdir_path, O_RDONLY | O_DIRECTORY);

	put("dovecot-keywords", "0 first\n1 other\n0 last\n");
	is_int(1, letters_of(fd, "last", letters), "a letter with two names");
	is_str("a", letters, "stands for the last");
	is_int(1, letters_of(fd, "first", letters), "the first name");
	is_str("c", letters, "does not have that letter");
	(void)close(fd);
}

static void put_in(const char *dir, const char *text)
{
	char name[64];

	(void)mkdir(temp_path(dir), 0700);
	(void)snprintf(name, sizeof(name), "%s/dovecot-keywords", dir);
	put(name, text);
}

static int move_letters(const char *letters, char out[KEYWORD_LETTERS])
{
	struct error err = ERROR_INIT;
	int from = open(temp_path("from"), O_RDONLY | O_DIRECTORY);
	int to = open(temp_path("to"), O_RDONLY | O_DIRECTORY);
	int rc = keywords_move(from, to, letters, out, &err);

	(void)close(from);
	(void)close(to);
	return rc;
}

static void test_move(void)
{
	char letters[KEYWORD_LETTERS], text[2048];

	put_in("from", "0 one\n1 two\n");
	put_in("to", "0 other\n3 TWO\n");
	is_int(1, move_letters("ab", letters), "keywords move");
	is_str("bd", letters, "with letters of the other folder");
	is_int(1, move_letters("", letters), "none");
	is_str("", letters, "stay none");
	is_int(1, move_letters("az", letters), "a letter without a name");
	is_str("bz", letters, "stays");
	put_in("from", "2 $Forwarded\n");
	is_int(1, move_letters("c", letters), "a new one");
	get("to/dovecot-keywords", text, sizeof(text));
	ok(strstr(text, " $Forwarded\n") != NULL, "keeps its case");
	put_in("from", "4 $FORWARDED\n");
	is_int(1, move_letters("e", letters), "in another case");
	is_str("c", letters, "it is the same one");
	put_in("to", "0 other\n3 TWO\n");
	put_in("from", "");
	is_int(1, move_letters("ac", letters), "unless it");
	is_str("c", letters, "means something else there");
	text[0] = '\0';
	for (int i = 0; i < 26; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
			       "%d k%d\n", i, i);
	put_in("from", "0 one\n1 k5\n");
	put_in("to", text);
	is_int(0, move_letters("ab", letters), "into a folder with 26");
	is_str("f", letters, "those that it knows are kept");
	keywords_join("bz", "ab", letters);
	is_str("abz", letters, "letters are joined in order");
}

int main(void)
{
	(void)tempdir();
	test_keywords();
	test_stale();
	test_lock_of_others();
	test_no_file();
	test_mtime();
	test_twice();
	test_move();
	return done_testing();
}
