/* SPDX-License-Identifier: ISC */
/* A folder of imapd, and the messages in it. */
#ifndef TESTS_IMAPD_FOLDER_H
#define TESTS_IMAPD_FOLDER_H

#include <sys/stat.h>

#include "server.h"

/* A message of a folder. */
struct mail {
	uint32_t uid;
	uint64_t modseq;
	char *flags; /* "\Seen \Flagged word", without parentheses */
	char *name;
	bool here;
};

struct folder {
	int fd;	    /* the directory: also the lock; -1: closed */
	char *path; /* of it */
	struct mail *list;
	size_t n, room;
	uint32_t validity, next;
	uint64_t modseq;
	char *attributes; /* or NULL */
	bool unsorted;
	struct stat dir, state; /* as they were when the list was read */
};

int folder_open(struct folder *f, const char *path); /* -1: there is none */
void folder_close(struct folder *f);

/* Between these two nobody else changes it. */
void folder_begin(struct folder *f);
void folder_end(struct folder *f, bool changed);

struct mail *folder_find(const struct folder *f, uint32_t uid);
void folder_renumber(struct folder *f); /* all UIDs, and UIDVALIDITY */
bool mail_has(const struct mail *m, const char *flag);
void mail_set(struct mail *m, const char *flag, bool on);

/* A new file that is complete becomes a message: its UID. */
uint32_t folder_add(struct folder *f, const char *name, const char *flags);
void folder_free_name(const struct folder *f, const char *wanted, char *name,
		      size_t size);

/* imapd_part.c: what a file is on the wire. */
struct bytes mail_read(const struct folder *f, const struct mail *m);
size_t head_of(struct bytes message); /* with the empty line */

/* A part: "HEADER", "TEXT", "HEADER.FIELDS (FROM)", "". The caller frees it. */
bool part_of(struct bytes message, const char *section, struct bytes *out);
unsigned long long mail_id(const struct folder *f, const struct mail *m);

#endif
