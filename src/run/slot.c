/* SPDX-License-Identifier: ISC */
#include "run/slot.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fetch/live.h"
#include "run/account.h"
#include "state/accounts.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/number.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * No wait is longer than 30 days and a tenth of them. A longer one comes from
 * a clock that was set back, and must not stop the polls.
 */
#define WAIT_MAX ((int64_t)34 * 24 * 3600)

/* `when`, in seconds since 1970, as a due time. */
static int64_t due_at(int64_t when, int64_t now)
{
	int64_t wait = when - clock_calendar_s();

	if (wait < 0)
		wait = 0;
	return now + (wait > WAIT_MAX ? WAIT_MAX : wait) * 1000;
}

int slot_read_due(struct slot *slot, struct state *state, int64_t now,
		  struct error *err)
{
	struct account_health health;

	if (state_get_health(state, slot->id, &health, err) == -1)
		return -1;
	slot->due = slot->again ? now : due_at(health.next_poll, now);
	slot->failing = health.failures > 0;
	slot->again = false;
	slot->ended = false;
	return 0;
}

/*
 * The first poll is at once, unless the login is barred, or LOGIN-DELAY of the
 * server (RFC 2449) has not passed. The recorded time of the last poll may lie
 * in the future, when the clock was ahead then.
 */
static int64_t first_due(const struct config *config, size_t account,
			 const struct account_health *health, int64_t now)
{
	if (account_is_barred(config, account, health)) {
		log_warning("%s: its login was refused repeatedly, so the next "
			    "poll waits; postroom poll %s tries it now",
			    config->accounts[account].name,
			    config->accounts[account].name);
		return due_at(health->next_poll, now);
	}
	if (health->login_delay > 0 && health->last_success != 0)
		return due_at(
			number_min(health->last_success, clock_calendar_s()) +
				health->login_delay,
			now);
	return now;
}

/* Continue the former slot with the account as it is configured now. */
static void renew(struct slot *slot, const struct slot *former,
		  const struct account *account,
		  const struct account_health *health, int64_t now)
{
	int64_t wait = account->every;
	size_t place = slot->account;

	*slot = *former;
	slot->account = place;
	/* The new configuration may have mended what failed. */
	if (health->failures > 0)
		slot->due = now;
	/* `every` may be shorter now, but LOGIN-DELAY still counts. */
	if (wait < health->login_delay)
		wait = health->login_delay;
	slot->due = number_min(slot->due, now + wait * 1000);
}

static const struct slot *find_id(const struct slots *slots, int64_t id)
{
	for (size_t i = 0; slots != NULL && i < slots->n; i++)
		if (slots->list[i].id == id)
			return &slots->list[i];
	return NULL;
}

static int add_slot(struct slots *slots, const struct config *config,
		    size_t account, int64_t id, const struct slots *old,
		    struct state *state, struct error *err)
{
	int64_t now = clock_boot_ms();
	struct account_health health;
	struct slot slot = {
		.account = account, .id = id, .watch_due = SLOT_NEVER};
	const struct slot *former;

	if (state_get_health(state, slot.id, &health, err) == -1)
		return -1;
	slot.failing = health.failures > 0;
	former = find_id(old, slot.id);
	if (former == NULL)
		slot.due = first_due(config, account, &health, now);
	else
		renew(&slot, former, &config->accounts[account], &health, now);
	slots->running += slot.fetcher.pid != 0;
	xgrow(&slots->list, slots->n, sizeof(*slots->list));
	slots->list[slots->n++] = slot;
	return 0;
}

static bool is_named(const struct config *config, size_t account,
		     char *const *names, size_t n_names)
{
	const struct account *a = &config->accounts[account];

	for (size_t i = 0; i < n_names; i++)
		if (strcmp(names[i], a->name) == 0)
			return true;
	return n_names == 0 && a->enabled;
}

int slots_build(struct slots *out, const struct config *config,
		char *const *names, size_t n_names, const struct slots *old,
		struct state *state, struct error *err)
{
	size_t *named = xcalloc(config->n_accounts, sizeof(*named)), n = 0;
	int64_t *ids = xcalloc(config->n_accounts, sizeof(*ids));
	int rc = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; rc == 0 && i < n_names; i++)
		if (config_account(config, names[i]) == NULL)
			rc = error_set(err, ERR_USAGE,
				       "there is no account '%s' in %s",
				       names[i], config->path);
	for (size_t i = 0; i < config->n_accounts; i++)
		if (is_named(config, i, names, n_names))
			named[n++] = i;
	if (rc == 0)
		rc = account_find_all(config, named, n, state, ids, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_slot(out, config, named[i], ids[i], old, state, err);
	if (rc == -1)
		slots_release(out);
	free(named);
	free(ids);
	return rc;
}

void slots_release(struct slots *slots)
{
	free(slots->list);
	memset(slots, 0, sizeof(*slots));
}

/* A fetcher that runs goes on, also where its account is not served any more.
 */
void slots_replace(struct slots *slots, const struct slots *with)
{
	for (size_t i = 0; i < slots->n; i++)
		if (find_id(with, slots->list[i].id) == NULL)
			fetcher_drop(&slots->list[i].fetcher);
	slots_release(slots);
	*slots = *with;
}

/* Does the server have as many sessions with us as we allow? */
static bool is_host_full(const struct slots *slots, const struct config *config,
			 const char *host)
{
	size_t n = 0;

	if (slots->running < SLOT_HOST_MAX)
		return false;
	for (size_t i = 0; i < slots->n; i++)
		n += slots->list[i].fetcher.pid != 0 &&
		     strcasecmp(config->accounts[slots->list[i].account].host,
				host) == 0;
	return n >= SLOT_HOST_MAX;
}

/*
 * May one more like this slot start? A silent server holds a session until its
 * timeout. Accounts that fail therefore wait in a queue of their own, also with
 * `parallel` places, and delay only each other.
 */
static bool has_room(const struct slots *slots, const struct config *config,
		     const struct slot *slot)
{
	size_t n = 0;

	if (slots->running < (size_t)config->parallel)
		return true;
	/* Before the last reload `parallel` may have been larger. */
	if (slots->running >= 2 * (size_t)config->parallel)
		return false;
	for (size_t i = 0; i < slots->n; i++)
		n += slots->list[i].fetcher.pid != 0 &&
		     slots->list[i].failing == slot->failing;
	return n < (size_t)config->parallel;
}

static bool may_start(const struct slots *slots, const struct config *config,
		      const struct slot *slot)
{
	return slot->fetcher.pid == 0 && slot->watch != WATCH_FETCHING &&
	       !slot->ended && has_room(slots, config, slot) &&
	       !is_host_full(slots, config,
			     config->accounts[slot->account].host);
}

struct slot *slots_next(const struct slots *slots, const struct config *config,
			int64_t now)
{
	struct slot *best = NULL;

	for (size_t i = 0; i < slots->n; i++) {
		struct slot *slot = &slots->list[i];

		if (slot->due <= now &&
		    (best == NULL || slot->due < best->due) &&
		    may_start(slots, config, slot))
			best = slot;
	}
	return best;
}

int64_t slots_next_due(const struct slots *slots, const struct config *config)
{
	int64_t first = SLOT_NEVER;

	for (size_t i = 0; i < slots->n; i++) {
		const struct slot *slot = &slots->list[i];

		if (slot->due < first && may_start(slots, config, slot))
			first = slot->due;
	}
	return first;
}

void slot_want_watch(struct slot *slot, const struct account *account)
{
	int64_t now = clock_boot_ms();

	if (slot->watch != WATCH_OFF || !live_is_wanted(account))
		return;
	slot->watch_due = number_max(now, slot->watch_from);
	if (slot->watched != 0)
		slot->watch_due = number_max(slot->watch_due,
					     slot->watched + LIVE_LOGIN_MS);
}

int64_t slots_next_watch(const struct slots *slots)
{
	int64_t first = SLOT_NEVER;

	for (size_t i = 0; i < slots->n; i++)
		if (slots->list[i].watch == WATCH_OFF &&
		    slots->list[i].fetcher.pid == 0)
			first = number_min(first, slots->list[i].watch_due);
	return first;
}

int64_t slots_next_deadline(const struct slots *slots)
{
	int64_t first = SLOT_NEVER;

	for (size_t i = 0; slots->running > 0 && i < slots->n; i++) {
		const struct slot *slot = &slots->list[i];

		if (slot->fetcher.pid != 0 && slot->deadline < first)
			first = slot->deadline;
	}
	return first;
}

struct slot *slots_of_pid(const struct slots *slots, pid_t pid)
{
	for (size_t i = 0; i < slots->n; i++)
		if (slots->list[i].fetcher.pid == pid)
			return &slots->list[i];
	return NULL;
}

/* Make the wanted slots due, or all of them (`wanted` is NULL). */
static void call(struct slots *slots, const bool *wanted, int64_t now)
{
	for (size_t i = 0; i < slots->n; i++) {
		struct slot *slot = &slots->list[i];

		if (wanted != NULL && !wanted[i])
			continue;
		/* One that is overdue keeps its earlier place. */
		if (slot->due > now)
			slot->due = now;
		slot->again =
			slot->fetcher.pid != 0 || slot->watch == WATCH_FETCHING;
	}
}

int slots_request(struct slots *slots, struct state *state, int64_t now,
		  struct error *err)
{
	struct account_health health;
	bool *wanted = xcalloc(slots->n, sizeof(*wanted));
	/* The requests may be for accounts that this daemon does not serve. */
	int any = state_has_requests(state, err), rc = any == -1 ? -1 : 0;

	for (size_t i = 0; rc == 0 && any == 1 && i < slots->n; i++) {
		rc = state_get_health(state, slots->list[i].id, &health, err);
		wanted[i] = rc == 0 && health.next_poll == -1;
	}
	if (rc == 0)
		call(slots, any == 1 ? wanted : NULL, now);
	if (rc == 0 && any == 1)
		rc = state_clear_requests(state, err);
	free(wanted);
	return rc;
}
