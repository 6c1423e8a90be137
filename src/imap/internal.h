/* SPDX-License-Identifier: ISC */
/* Shared by the files of imap/ only. */
#ifndef IMAP_INTERNAL_H
#define IMAP_INTERNAL_H

#include "imap/ask.h"
#include "imap/idle_stage.h"
#include "imap/imap.h"
#include "imap/item.h"
#include "imap/response.h"
#include "net/way.h"

/*
 * A group of messages in one command: so many bytes, or messages, but at least
 * one. The smaller it is, the less is asked for again when it is refused.
 */
#define GROUP_BYTES    (1024 * 1024)
#define GROUP_MESSAGES 100

/*
 * Commands without an answer. Half of them must last for a round trip: 800
 * small messages, or 8 MiB. A server may read them slowly, because sending
 * never blocks receiving.
 */
#define FLIGHTS_MAX 16

/* A command on its way. */
struct flight {
	uint32_t tag;
	size_t at, end; /* its messages: wanted[at..end) */
	bool is_alone;	/* there is one */
};

struct fetch {
	enum imap_part part;
	const struct imap_wanted *wanted;
	size_t n;
	unsigned char *states; /* n of enum state, in fetch.c */
	uint64_t max_bytes;
	size_t next;	 /* messages before it have been asked for */
	bool one_by_one; /* what is missing of groups is asked for again */
	struct flight flights[FLIGHTS_MAX];
	size_t n_flights;

	/* A command that has ended: its messages without an answer. */
	struct flight ended;
	enum response_status status;
	char text[256];

	uint64_t unwanted;		   /* octets */
	const struct imap_wanted *awaited; /* its answer is being read */
	struct buf keywords, email_id;
};

/* The longest: SELECT, and a name of which each byte has a backslash. */
#define LEAD_MAX (2 * FOLDER_NAME_MAX + 100)

/* A command that is sent with the next one: see ask_lead(). */
struct lead {
	struct buf text; /* not sent yet */
	uint32_t tag;	 /* 0: there is none, or it was answered */
	ask_take *take;
	ask_end *end;
	void *context;
	bool is_followed; /* the one behind it has no answer yet */
};

struct imap {
	struct wire wire;
	struct reader reader;
	struct capabilities capabilities;
	struct intake intake;
	uint32_t tag; /* of the last command */
	bool pipelining;
	bool is_utf8; /* names of folders are: UTF8=ACCEPT was enabled */
	int64_t wait; /* see imap_wait() */
	bool leaving; /* LOGOUT was sent: BYE is the answer to it */
	uint32_t uid_validity; /* of the selected folder; 0: there is none */
	bool renumbered;       /* the session ended because it changed */

	struct {
		uint32_t tag;  /* of LOGIN or AUTHENTICATE */
		uint32_t late; /* of a command that may still be answered */
		uint32_t capability, id, enable; /* sent, without an answer */
		bool is_coremail;		 /* as its name says */
		bool is_told;		 /* it said what it can do then */
		char bye[WAY_WORDS_MAX]; /* in place of the greeting, or "" */
	} login;

	struct lead lead;
	struct fetch fetch;
	struct idle idle;
	struct buf alert;
	enum code_kind refusal; /* of the last command that was refused */
	uint64_t wait_ms;	/* that it asks for; 0: none */
};

void fetch_init(struct fetch *f);
void fetch_release(struct fetch *f);

/* Messages that one command may be about. */
size_t imap_messages_max(const struct imap *i);

/* The counts of a folder that are asked for, in parentheses. */
const char *imap_counts(const struct imap *i);

/*
 * React to a response that nobody waits for. -1: the server says BYE, for
 * example.
 */
int imap_note(struct imap *i, const struct response *response,
	      struct error *err);

/* Report answers that do not fit the commands. Returns -1. */
int imap_confused(struct imap *i, const char *what, struct error *err);

#endif
