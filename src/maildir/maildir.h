/* SPDX-License-Identifier: ISC */
/*
 * Durable delivery into Maildir folders, by link(2) from the spool.
 *
 *	struct maildir *m;
 *
 *	maildir_open(&m, root, LAYOUT_AUTO, ENCODING_AUTO, err);
 *	folder = maildir_folder(m, "Lists/x", err);	// created if missing
 *	maildir_deliver(folder, &item, err);
 *	…
 *	maildir_sync(m, err);	// now the names are durable
 *	maildir_close(m);
 *
 * A message is visible as soon as it is linked and durable after
 * maildir_sync(). The file it was linked from, the witness, stays until the
 * caller has recorded that: maildir_find() tells after a crash whether the
 * link was made, even when a mail reader has renamed the file meanwhile.
 *
 * Errors of the file system are ERR_TEMPORARY or ERR_LOCAL: mail waits. An
 * impossible name of a folder is ERR_MESSAGE.
 */
#ifndef MAILDIR_H
#define MAILDIR_H

#include <stdbool.h>
#include <stdint.h>

#include "maildir/base.h"
#include "util/buf.h"
#include "util/error.h"

enum layout {
	LAYOUT_AUTO,	  /* maildir++ when MAILDIR/cur exists, else fs */
	LAYOUT_FS,	  /* MAILDIR/Lists/x, the inbox is MAILDIR/Inbox */
	LAYOUT_MAILDIRPP, /* MAILDIR/.Lists.x, the inbox is MAILDIR */
};

enum folder_encoding {
	ENCODING_AUTO, /* UTF-7 for maildir++, UTF-8 for fs */
	ENCODING_UTF7, /* modified UTF-7, RFC 3501 5.1.3, as Dovecot */
	ENCODING_UTF8,
};

struct maildir;
struct maildir_folder;

/* One message to be delivered. */
struct maildir_item {
	int spool_fd;	      /* the spool directory */
	const char *spool;    /* the file in it: complete and durable */
	const char *base;     /* unique name, from maildir_base() */
	unsigned flags;	      /* message_flag bits; any puts it into cur/ */
	const char *keywords; /* Dovecot's letters, the same; may be "" */
};

/* `root` is created when missing. */
int maildir_open(struct maildir **out, const char *root, enum layout layout,
		 enum folder_encoding encoding, struct error *err);
void maildir_close(struct maildir *m);

/* Is `root` empty or missing? */
bool maildir_is_bare(const char *root);

/* Does the folder exist already? Nothing is created. */
bool maildir_exists(struct maildir *m, const char *name);

/* Is its path short enough for a file system? */
bool maildir_fits(const struct maildir *m, const char *name);

/*
 * Can the folder exist or be created? False when a file has its name or we
 * lack the rights, which does not change by itself. The first `written` bytes
 * of the name, up to their last "/", are not checked.
 */
bool maildir_may_be(const struct maildir *m, const char *name, size_t written);

/*
 * The folder with that UTF-8 name ("/" separates levels), created durably
 * when missing. Owned by `m`, kept open. NULL on error.
 */
struct maildir_folder *maildir_folder(struct maildir *m, const char *name,
				      struct error *err);

/* The path of a folder, for messages and records. Allocated. */
char *maildir_path(const struct maildir *m, const char *name);

/*
 * Make the message visible in new/, or in cur/ with its flags. On another file
 * system than the spool its bytes are copied to tmp/ first, and the copy is
 * the witness.
 */
int maildir_deliver(struct maildir_folder *folder,
		    const struct maildir_item *item, struct error *err);

/* Append the path at which maildir_deliver() makes it visible. */
void maildir_place(const struct maildir *m, const char *name,
		   const struct maildir_item *item, struct buf *path_out);

/* Make all names durable that were linked since the last call. */
int maildir_sync(struct maildir *m, struct error *err);

/*
 * Remove the copy in tmp/, if this delivery, or one before a crash, made one.
 * Call this only after the delivery is recorded.
 */
void maildir_forget(const struct maildir *m, const char *name,
		    const char *base);

#endif
