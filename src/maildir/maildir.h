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
 * Errors of the file system are of a kind that waits (ERR_TEMPORARY,
 * ERR_LOCAL), names that cannot be are ERR_MESSAGE.
 */
#ifndef MAILDIR_H
#define MAILDIR_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/flags.h"
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

/* "S", "FS", …: the letters in Maildir order. `out` holds at least 8 bytes. */
void maildir_flag_letters(unsigned flags, char *out);

/*
 * The flags that the path of a message says, with FLAG_OLD when it is in a
 * cur/. *trashed_out: it is marked to be deleted (T).
 */
unsigned maildir_flags_of(const char *path, bool *trashed_out);

struct maildir;
struct maildir_folder;

/* What is to be linked where. */
struct maildir_item {
	int spool_fd;	      /* the spool directory */
	const char *spool;    /* the file in it: complete and durable */
	const char *base;     /* unique name, from maildir_base() */
	unsigned flags;	      /* message_flag bits; with any it goes to cur/ */
	const char *keywords; /* Dovecot's letters, likewise; may be "" */
};

/* `root` is created when it is missing. */
int maildir_open(struct maildir **out, const char *root, enum layout layout,
		 enum folder_encoding encoding, struct error *err);
void maildir_close(struct maildir *m);

/* Is there nothing at all below `root`, or no such place? */
bool maildir_is_bare(const char *root);

/* Does the folder exist already? Nothing is created. */
bool maildir_exists(struct maildir *m, const char *name);

/* Is its path short enough for a file system? */
bool maildir_fits(const struct maildir *m, const char *name);

/*
 * Can it be, or be made? Not when something else has the name, or when it is
 * not ours: that does not get better by itself. The first `written` bytes of
 * the name are not looked at, up to their last "/".
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

#define MAILDIR_BASE_MAX 192

/*
 * Build a unique file name: seconds, microseconds, Q: what server and
 * account call it, C: its content, A: which delivery of the message,
 * host, size. Both keys are 8 bytes.
 */
void maildir_base(char out[MAILDIR_BASE_MAX], int64_t calendar_us,
		  const unsigned char *q_key, const unsigned char *c_key,
		  unsigned delivery, uint64_t size);

/*
 * Make it visible in new/, or in cur/ with its flags. On another file system
 * the bytes are copied to tmp/ first, and the copy is the witness.
 */
int maildir_deliver(struct maildir_folder *folder,
		    const struct maildir_item *item, struct error *err);

/* The path at which maildir_deliver() makes it visible; appended. */
void maildir_place(const struct maildir *m, const char *name,
		   const struct maildir_item *item, struct buf *path_out);

/* Have all names linked since the last call made durable. */
int maildir_sync(struct maildir *m, struct error *err);

/*
 * Remove the copy in tmp/, if the delivery, or one before a crash, made one.
 * After it is recorded.
 */
void maildir_forget(const struct maildir *m, const char *name,
		    const char *base);

/*
 * After a crash: was this item delivered? 1 yes (its folder is synced), 0 no,
 * -1 on error (ERR_MESSAGE: its spool file is gone or cut). Sets *unsure_out
 * when a further hard link of the spool file exists that is in no folder: the
 * answer is then 0, for a message twice is better than none.
 */
int maildir_find(struct maildir *m, struct maildir_folder *folder,
		 const struct maildir_item *item, bool *unsure_out,
		 struct error *err);

/*
 * Where the message that was filed under `base` lies now, in new/ or with
 * other flags in cur/ of that folder: true, and its path is appended.
 */
bool maildir_locate(const struct maildir *m, const char *name, const char *base,
		    struct buf *path_out);

#endif
