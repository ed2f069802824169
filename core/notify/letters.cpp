#include "core/notify/letters.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/crypto/sealed.h"
#include "core/net/mail_header.h"
#include "core/notify/letter_store.h"
#include "core/notify/letter_text.h"
#include "core/notify/mail_settings.h"
#include "core/notify/message.h"
#include "core/notify/notify.h"

namespace connlog {
namespace {

bool is_kind(std::string_view kind) {
  return !kind.empty() && kind.size() <= 40 &&
         std::ranges::all_of(kind, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// Letters that people of a workspace can have sent to any address. A letter that is requested again, after the
// invitation or the recipient was removed, counts once more.
bool goes_to_a_stranger(const Letter& letter) {
  return letter.kind == "invitation" || letter.kind == "recipient_confirmation";
}

}  // namespace

Result<void> Letters::check_strangers_peace(Snapshot& snapshot, const Letter& letter) const {
  const auto count =
      TRY(needs_.letters->count_to_strangers(snapshot, letter.workspace, needs_.clock.now() - kStrangersSpan));
  if (count < kLettersToStrangersMax) return {};
  return Error{
      ErrorCode::rate_limited,
      fmt::format("{} invitations and confirmations went out from this workspace within a day. Go on tomorrow.",
                  kLettersToStrangersMax),
      {},
      {},
      3'600};
}

Result<LetterId> Letters::post(Transaction& tx, const Letter& letter) {
  TRY(check_mail_address(letter.to_address, "mail"));
  if (!is_kind(letter.kind)) return invalid("kind", "The kind of a letter is a word in lower case.");
  PostedLetter posted;
  posted.headline = flattened(letter.headline, 150);
  if (posted.headline.empty()) return invalid("headline", "A letter needs a headline.");
  if (letter.paragraphs.empty() || letter.paragraphs.size() > kParagraphsMax)
    return invalid("paragraphs", fmt::format("A letter has 1 to {} paragraphs.", kParagraphsMax));
  const std::int64_t waiting = TRY(needs_.letters->count_waiting(tx));
  if (waiting >= kLettersWaitingMax) {
    return Error{ErrorCode::unavailable,
                 "Too many mails wait to be sent already. Look at the mail settings, then try again."};
  }
  if (goes_to_a_stranger(letter)) TRY(check_strangers_peace(tx, letter));
  const Instant now = needs_.clock.now();
  posted.id = LetterId::make(now, needs_.random);
  posted.workspace = letter.workspace;
  posted.kind = letter.kind;
  posted.to_name = flattened(letter.to_name, 80);
  posted.to_address = letter.to_address;
  posted.text = letter_lines(letter.paragraphs);
  if (letter.link) {
    TRY(check_letter_path(letter.link->path.reveal()));
    posted.link_text = flattened(letter.link->text, 120);
    if (posted.link_text.empty()) return invalid("link", "The link of a letter needs a text.");
    posted.sealed_link = seal(needs_.keyring, kLetterLinkContext, letter.link->path, needs_.random);
  }
  posted.message_id = make_message_id(NotificationId{posted.id}, needs_.public_url);
  posted.created_at = now;
  posted.next_attempt_at = now;
  posted.useful_until = letter.useful_until.is_set() ? letter.useful_until : needs_.clock.believed() + kLetterUsefulFor;
  TRY(needs_.letters->insert(tx, posted));
  tx.after_commit(wake_);
  return posted.id;
}

Result<bool> Letters::can_send(Snapshot& snapshot) const {
  const auto settings = TRY(load_mail_settings(needs_.settings, snapshot));
  return settings.configured;
}

}  // namespace connlog
