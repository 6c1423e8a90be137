/* SPDX-License-Identifier: ISC */
/* The spool together with its rows in the state. */
#include "../tap.h"
#include "../tempdir.h"
#include "state/plan.h"
#include "state/queue.h"
#include "state/spool.h"
#include "state/state.h"

static struct spool spool;
static struct state *state;

static struct received make(const char *uidl, uint64_t listed, char content)
{
	struct received r = {
		.account = 1,
		.session = 10,
		.uidl = slice_str(uidl),
		.listed_size = listed,
		.size = 1,
		.now = 1000,
	};

	r.sha256[0] = (unsigned char)content;
	r.identity[0] = (unsigned char)content;
	return r;
}

/* One message through a batch of its own. Returns how many were new. */
static int add(const struct received *r)
{
	struct error err = ERROR_INIT;
	struct spool_batch batch;
	char name[SPOOL_NAME_MAX];
	size_t n = 99;
	int fd;

	spool_batch_init(&batch, &spool);
	fd = spool_create(&spool, "a1", name, &err);
	if (fd == -1 || write(fd, "x", 1) != 1 ||
	    spool_batch_add(&batch, &fd, name, r, &err) == -1 ||
	    spool_batch_commit(&batch, state, &n, &err) == -1) {
		printf("# %s\n", err.text);
		return -1;
	}
	return (int)n;
}

static int64_t queue_length(void)
{
	struct error err = ERROR_INIT;
	int64_t n = -1;

	(void)state_queue_length(state, &n, &err);
	return n;
}

static void test_known(void)
{
	struct received a = make("u1", 5, 'a'), b = make("u2", 5, 'a'),
			c = make("u1", 9, 'c'), d = make("", 5, 'd');

	is_int(1, add(&a), "a message is new");
	is_int(0, add(&a), "the same content under its UIDL is known");
	is_int(1, add(&b), "under another UIDL it is another message");
	is_int(1, add(&c), "other content under the UIDL is new");
	is_int(1, add(&d), "without a UIDL the content is the identity");
	is_int(0, add(&d), "so that it is known the next time");
	a.uidl = slice_str("");
	is_int(0, add(&a), "A29: a known content keeps its UIDL");
	is_int(0, add(&a), "each time");
	d.uidl = slice_str("u4");
	is_int(0, add(&d), "A29: content without a UIDL may get one");
	d.uidl = slice_str("u5");
	is_int(1, add(&d), "A29: one, not two");
	a.uidl.p = NULL;
	is_int(1, add(&a), "what came from no server");
	is_int(1, add(&a), "is never the same");
	is_int(7, queue_length(), "all of them wait in the queue");
}

static void test_plan(void)
{
	struct error err = ERROR_INIT;
	struct queued messages[8];
	struct delivery steps[4], after = {.n = -1};
	char folder[] = "Lists/x", base[] = "1.x", copy[] = "s-1";
	struct delivery one = {.kind = DELIVERY_FOLDER,
			       .folder = folder,
			       .base = base},
			two = {.kind = DELIVERY_COPY,
			       .n = 1,
			       .folder = folder,
			       .base = base,
			       .spool = copy};
	const struct history history = {"a", "b", 1};
	bool done = true;
	size_t n;

	is_int(0, state_queue(state, 0, 5000, messages, 8, &n, &err),
	       "the queue");
	is_int(7, n, "has seven messages");
	one.message = two.message = messages[0].id;
	one.spool = messages[0].spool;
	(void)state_begin(state, &err);
	is_int(0, state_add_delivery(state, &one, &err), "a step is planned");
	is_int(0, state_add_delivery(state, &two, &err), "and a second one");
	is_int(0, state_set_planned(state, one.message, &history, &err),
	       "frozen");
	is_int(0, state_end(state, 0, &err), "and durable");
	(void)state_queue(state, 0, 5000, messages, 8, &n, &err);
	is_int(6, n, "the queue has one message less");
	(void)state_unfinished(state, &after, steps, 4, &n, &err);
	is_int(2, n, "two steps are unfinished");
	is_str("Lists/x", steps[1].folder, "and have the planned folder");
	is_str("s-1", steps[1].spool, "and the planned file");
	ok(steps[0].source != NULL, "and the message's own file");
	for (size_t i = 0; i < n; i++)
		delivery_release(&steps[i]);
	(void)state_set_delivered(state, &one, 2000, &done, &err);
	ok(!done, "one step of two is done: the message is not");
	is_int(1, state_needs_spool(state, "s-1", &err),
	       "the other's file is needed");
	(void)state_set_delivered(state, &two, 2000, &done, &err);
	ok(done, "both are done: the message is, too");
	is_int(0, state_needs_spool(state, "s-1", &err),
	       "and no file is needed");
	is_int(6, queue_length(), "six wait");
}

static void test_clean(void)
{
	struct error err = ERROR_INIT;
	char orphan[SPOOL_NAME_MAX], other[SPOOL_NAME_MAX];
	struct queued messages[8];
	size_t n;
	int fd;

	fd = spool_create(&spool, "a1", orphan, &err);
	(void)close(fd);
	fd = spool_create(&spool, "a11", other, &err);
	(void)close(fd);
	is_int(0, spool_clean(&spool, "a1", state, &err), "cleaned");
	fd = spool_read(&spool, orphan, &err);
	is_int(-1, fd, "a file without a row is removed");
	is_int(ERR_MESSAGE, err.kind, "and the error says that it is gone");
	is_int(-1, spool_read(&spool, "", &err), "an empty name is an error");
	is_int(ERR_TEMPORARY, err.kind,
	       "which does not say that the file is gone");
	fd = spool_read(&spool, other, &err);
	ok(fd != -1, "D18: a file of another prefix stays");
	(void)close(fd);
	(void)state_queue(state, 0, 5000, messages, 8, &n, &err);
	fd = spool_read(&spool, messages[0].spool, &err);
	ok(fd != -1, "a file with a row stays");
	(void)close(fd);
}

static void test_batch(void)
{
	struct error err = ERROR_INIT;
	struct spool_batch *batch = malloc(sizeof(*batch));
	char uidls[SPOOL_BATCH_MAX][16];
	size_t n = 0;

	spool_batch_init(batch, &spool);
	for (int i = 0; i < SPOOL_BATCH_MAX; i++) {
		char name[SPOOL_NAME_MAX];
		int fd = spool_create(&spool, "a1", name, &err);
		struct received r;

		(void)snprintf(uidls[i], sizeof(uidls[i]), "many%d", i);
		r = make(uidls[i], 1, (char)i);
		if (spool_batch_add(batch, &fd, name, &r, &err) == -1)
			ok(false, err.text);
	}
	ok(spool_batch_is_full(batch), "256 messages fill a batch");
	is_int(0, spool_batch_commit(batch, state, &n, &err),
	       "which is synced and recorded as a whole");
	is_int(SPOOL_BATCH_MAX, n, "all messages are new");
	ok(!spool_batch_is_full(batch), "and the batch is empty then");
	is_int(0, spool_batch_commit(batch, state, &n, &err),
	       "an empty batch does nothing");
	free(batch);
}

int main(void)
{
	struct error err = ERROR_INIT;

	(void)tempdir();
	ok(state_open(&state, temp_path("state"), STATE_WRITE, &err) == 0,
	   "the state is made");
	ok(spool_open(&spool, temp_path("state/spool"), &err) == 0,
	   "the spool is made");
	test_known();
	test_plan();
	test_clean();
	test_batch();
	spool_close(&spool);
	state_close(state);
	return done_testing();
}
