/* SPDX-License-Identifier: ISC */
/* Flags that every server knows, as bits. */
#ifndef IMAP_FLAGS_H
#define IMAP_FLAGS_H

#define IMAP_FLAG_ANSWERED 1U
#define IMAP_FLAG_DELETED  2U
#define IMAP_FLAG_DRAFT	   4U
#define IMAP_FLAG_FLAGGED  8U
#define IMAP_FLAG_SEEN	   16U
#define IMAP_FLAG_RECENT   32U

#endif
