/* SPDX-License-Identifier: ISC */
/* The flags of a message: the user has read it, answered it, and so on. */
#ifndef MAIL_FLAGS_H
#define MAIL_FLAGS_H

/* Maildir flags as bits; the database has them, too. */
enum message_flag {
	FLAG_DRAFT = 1,	   /* D */
	FLAG_FLAGGED = 2,  /* F */
	FLAG_ANSWERED = 4, /* R */
	FLAG_SEEN = 8,	   /* S */
	FLAG_OLD = 16,	   /* no letter: the file was in cur/ */
	FLAG_PASSED = 32,  /* P: forwarded */
};

#endif
