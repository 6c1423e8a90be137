/* SPDX-License-Identifier: ISC */
#include "mail/origin_subject.h"

#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

/* Bytes of a subject that are looked at: more than the longest one here. */
#define START_MAX 256

/* In small letters; a blank is any number of blanks and "-", or none. */
static const char *const starts[] = {
	"auto reply",
	"auto response",
	"auto respond",
	"auto responder",
	"automatic reply",
	"automatic response",
	"automated reply",
	"automated response",
	"out of office",
	"out of the office",
	"out of office auto reply",
	"out of office reply",
	"out of office response",
	"out of office message",
	"out of office notification",
	"away from the office",
	"away from my mail",
	"vacation reply",
	"vacation response",
	"vacation message",
	"abwesenheitsnotiz",
	"abwesenheitsmeldung",
	"abwesenheitsnachricht",
	"abwesenheitsbenachrichtigung",
	"abwesenheitsassistent",
	"abwesenheitsagent",
	"automatische abwesenheitsnotiz",
	"automatische antwort",
	"autom. antwort",
	"auto antwort",
	"réponse automatique",
	"reponse automatique",
	"réponse automatique d'absence",
	"absence du bureau",
	"absent du bureau",
	"message d'absence",
	"notification d'absence",
	"avis d'absence",
	"respuesta automática",
	"respuesta automatica",
	"fuera de la oficina",
	"fuera de oficina",
	"ausente de la oficina",
	"resposta automática",
	"resposta automatica",
	"resposta automàtica",
	"fora do escritório",
	"fora da oficina",
	"ausência temporária",
	"risposta automatica",
	"risponditore automatico",
	"fuori sede",
	"fuori ufficio",
	"automatisch antwoord",
	"automatische reactie",
	"afwezigheidsbericht",
	"afwezigheidsmelding",
	"automatisk svar",
	"automatisk besvarelse",
	"automatiskt svar",
	"auto svar",
	"fraværsbesked",
	"fraværsmelding",
	"frånvaromeddelande",
	"sjálfvirkt svar",
	"automaattinen vastaus",
	"poissaoloilmoitus",
	"automaatvastus",
	"automātiskā atbilde",
	"automatinis atsakymas",
	"automatyczna odpowiedź",
	"odpowiedź automatyczna",
	"auto odpowiedź",
	"automatická odpověď",
	"automatická odpoveď",
	"samodejni odgovor",
	"automatski odgovor",
	"аутоматски одговор",
	"automatikus válasz",
	"házon kívül",
	"răspuns automat",
	"raspuns automat",
	"otomatik yanıt",
	"otomatik cevap",
	"αυτόματη απάντηση",
	"автоматический ответ",
	"авто ответ",
	"вне офиса",
	"автоматична відповідь",
	"авто відповідь",
	"автоматичен отговор",
	"аўтаматычны адказ",
	"מענה אוטומטי",
	"תשובה אוטומטית",
	"رد تلقائي",
	"الرد التلقائي",
	"پاسخ خودکار",
	"स्वचालित उत्तर",
	"स्वचालित प्रत्युत्तर",
	"ตอบกลับอัตโนมัติ",
	"การตอบกลับอัตโนมัติ",
	"trả lời tự động",
	"thư trả lời tự động",
	"balasan otomatis",
	"balasan automatik",
	"自动回复",
	"自动答复",
	"自动应答",
	"外出自动回复",
	"自動回覆",
	"自動回復",
	"自動答覆",
	"自動返信",
	"自動応答",
	"不在通知",
	"不在応答",
	"자동 회신",
	"자동 응답",
	"자동 답장",
	"부재중 자동 회신",
	"부재 중 자동 응답",
};

/* The bytes of `mark` at the start of `s`, or 0. */
static size_t match_mark(struct slice s, const char *mark)
{
	size_t len = strlen(mark);

	return s.len >= len && memcmp(s.p, mark, len) == 0 ? len : 0;
}

static size_t match_one(struct slice s, const char *const *list)
{
	size_t n = 0;

	for (; *list != NULL && n == 0; list++)
		n = match_mark(s, *list);
	return n;
}

static struct slice skip_blanks(struct slice s)
{
	while (s.len > 0 && (ascii_is_space(s.p[0]) || s.p[0] == '-'))
		s = slice_skip(s, 1);
	return s;
}

/* Behind the start; p NULL: it is another one. */
static struct slice behind_start(struct slice s, const char *start)
{
	for (; *start != '\0'; start++) {
		size_t apostrophe = *start == '\'' ? match_mark(s, "’") : 0;

		if (*start == ' ')
			s = skip_blanks(s);
		else if (apostrophe > 0)
			s = slice_skip(s, apostrophe);
		else if (s.len > 0 && s.p[0] == *start)
			s = slice_skip(s, 1);
		else
			return slice_of(NULL, 0);
	}
	return s;
}

/* A colon, a bracket that was opened, or nothing else: no other words. */
static bool ends_start(struct slice s)
{
	static const char *const ends[] = {":", "：", "]", ")", "】", NULL};

	while (s.len > 0 && ascii_is_space(s.p[0]))
		s = slice_skip(s, 1);
	return s.len == 0 || match_one(s, ends) > 0;
}

static bool is_start(struct slice s)
{
	static const char *const opens[] = {"[", "(", "【", NULL};

	s = slice_skip(s, match_one(s, opens));
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		struct slice rest = behind_start(s, starts[i]);

		if (rest.p != NULL && ends_start(rest))
			return true;
	}
	return false;
}

bool origin_subject_is_answer(struct message *m)
{
	struct buf lower = BUF_INIT(2 * START_MAX);
	size_t at = 0, i;
	struct slice text;
	bool yes;

	if (!message_next(m, "Subject", &at, &i))
		return false;
	text = fold_text(message_folded(m, i), message_text(m, i));
	fold_lower(slice_cut_utf8(text, START_MAX), &lower);
	yes = is_start(buf_slice(&lower));
	buf_release(&lower);
	return yes;
}
