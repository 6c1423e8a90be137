/* SPDX-License-Identifier: ISC */
/* Subjects of programs that answer while somebody is away. */
#ifndef MAIL_ORIGIN_SUBJECT_H
#define MAIL_ORIGIN_SUBJECT_H

#include <stdbool.h>

#include "mail/message.h"

/*
 * Is the subject "Automatic reply: …", in any language that common programs
 * write? People write "Automatic reply is broken", and answer with "Re:".
 */
bool origin_subject_is_answer(struct message *m);

#endif
