#include "core/notify/consent.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/notify/channel.h"
#include "core/notify/letter_text.h"

namespace connlog {
namespace {

constexpr std::string_view kPurpose = "recipient-link";  // of the derived key: never renamed
constexpr seconds kLinkLifetime{7 * 86'400};
constexpr seconds kBetweenLetters{600};
constexpr seconds kAfterNo{86'400};
constexpr std::int64_t kLettersMax = 5;
constexpr std::size_t kUnconfirmedMax =
    20;  // of one workspace: without a limit it could write to any number of strangers
constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kMacDigits = 32;
constexpr std::size_t kTokenLength = 1 + 2 * kIdDigits + kMacDigits;

char letter_of(ConsentLink::Kind kind) {
  return kind == ConsentLink::Kind::confirm ? 'c' : 'u';
}

bool needs_consent(const Recipient& recipient) {
  const ChannelKind* kind = all_channels().find(recipient.channel);
  return kind != nullptr && kind->needs_consent;
}

std::string address_of(const Recipient& recipient) {
  const ChannelKind* kind = all_channels().find(recipient.channel);
  return kind == nullptr ? std::string() : consent_address(*kind, recipient.fields);
}

std::string mac_of(const Keyring& keyring, ConsentLink::Kind kind, const Recipient& recipient) {
  // A link to confirm is valid for one letter; a link to unsubscribe is valid for the address.
  const std::int64_t letter = kind == ConsentLink::Kind::confirm ? recipient.consent_asked_at.micros : 0;
  const std::string about = fmt::format("{}|{}|{}|{}|{}", letter_of(kind), recipient.workspace.text(),
                                        recipient.id.text(), letter, address_of(recipient));
  const Key key = keyring.derive(kPurpose);
  std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> digest{};
  crypto_auth_hmacsha256(digest.data(), reinterpret_cast<const unsigned char*>(about.data()), about.size(), key.data());
  return to_hex(digest).substr(0, kMacDigits);
}

std::string token_of(const Keyring& keyring, ConsentLink::Kind kind, const Recipient& recipient) {
  return letter_of(kind) + to_hex(recipient.workspace.bytes) + to_hex(recipient.id.bytes) +
         mac_of(keyring, kind, recipient);
}

bool parse_id(std::string_view digits, Uuid& out) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) text += '-';
    text += digits[i];
  }
  return parse_uuid(text, out);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Error bad_link() {
  return Error{ErrorCode::not_found, "This link is not valid, or not valid any more."};
}

}  // namespace

std::string unsubscribe_place(const Keyring& keyring, const Recipient& recipient) {
  return "/r/" + token_of(keyring, ConsentLink::Kind::unsubscribe, recipient);
}

Result<void> RecipientConsents::ask(Transaction& tx, const Actor& actor, Recipient& recipient) const {
  const Instant now = parts_.clock.believed();
  recipient.consent_asked_at = now;
  recipient.consent_asks += 1;
  const auto workspace = TRY(parts_.workspaces.find(tx, recipient.workspace));
  if (!workspace) return Error{ErrorCode::not_found, "There is no such workspace."};
  Letter letter;
  letter.kind = "recipient_confirmation";
  letter.to_name = recipient.name;
  letter.to_address = address_of(recipient);
  letter.headline = fmt::format("Receive alerts of {}?", unlinked(workspace->name));
  letter.paragraphs = {
      fmt::format(
          "{} entered this address as a recipient of alerts of the workspace \"{}\". If you agree, open the link and "
          "confirm. It is valid for seven days.",
          unlinked(actor.name), unlinked(workspace->name)),
      "If you do not expect this, do nothing: without your yes no alert is sent here. The page behind the link also lets you "
      "say no."};
  letter.link =
      LetterLink{Secret("/r/" + token_of(parts_.keyring, ConsentLink::Kind::confirm, recipient)), "Confirm or refuse"};
  letter.workspace = recipient.workspace;
  letter.useful_until = now + kLinkLifetime;
  TRY(parts_.letters.post(tx, letter));
  return {};
}

Result<void> RecipientConsents::begin(Transaction& tx, const Actor& actor, Recipient& recipient) const {
  recipient.consent_at = parts_.clock.believed();
  recipient.consent_asked_at = {};
  recipient.consent_asks = 0;
  recipient.consent = Recipient::Consent::confirmed;
  if (!needs_consent(recipient)) return {};
  if (parts_.members != nullptr) {
    const std::string address = lower(address_of(recipient));
    const bool known = TRY(parts_.members->is_verified_member(tx, recipient.workspace, address));
    if (known) return {};
  }
  const auto others = TRY(parts_.recipients.list(tx, recipient.workspace));
  const auto waiting = std::count_if(others.begin(), others.end(), [&](const Recipient& other) {
    return other.id != recipient.id && other.consent != Recipient::Consent::confirmed;
  });
  if (static_cast<std::size_t>(waiting) >= kUnconfirmedMax) {
    return Error{
        ErrorCode::conflict,
        fmt::format("{} recipients of this workspace have not confirmed. Wait for them, or remove some, first.",
                    kUnconfirmedMax)};
  }
  recipient.consent = Recipient::Consent::unconfirmed;
  return ask(tx, actor, recipient);
}

Result<Recipient> RecipientConsents::ask_again(Transaction& tx, const Actor& actor, RecipientId id) const {
  auto recipient = TRY(parts_.recipients.find(tx, actor.workspace, id));
  if (!recipient) return Error{ErrorCode::not_found, "There is no such recipient."};
  if (recipient->consent == Recipient::Consent::confirmed)
    return Error{ErrorCode::conflict, "This recipient has confirmed already."};
  if (!needs_consent(*recipient))
    return Error{ErrorCode::conflict, "This recipient is confirmed by a code that is sent there, not by a letter."};
  if (recipient->consent_asks >= kLettersMax) {
    return Error{ErrorCode::conflict,
                 fmt::format("{} letters went to this address. Talk to the people behind it: they may look into their "
                             "spam folder, or tell you another address.",
                             kLettersMax)};
  }
  const Instant now = parts_.clock.believed();
  const bool said_no = recipient->consent == Recipient::Consent::unsubscribed;
  const Instant since =
      said_no ? std::max(recipient->consent_at, recipient->consent_asked_at) : recipient->consent_asked_at;
  const auto wait = (since + (said_no ? kAfterNo : kBetweenLetters)) - now;
  if (wait.count() > 0) {
    const int left = static_cast<int>(wait.count() / 1'000'000) + 1;
    return Error{ErrorCode::rate_limited,
                 fmt::format("A letter is on its way. Try again in {}.", duration_text(left)),
                 {},
                 {},
                 left};
  }
  TRY(ask(tx, actor, *recipient));
  ++recipient->version;
  TRY(parts_.recipients.update(tx, *recipient));
  TRY(parts_.audit.append(tx, actor, "recipient.asked", recipient->name, recipient->shown));
  return *std::move(recipient);
}

Result<ConsentLink> RecipientConsents::look(Snapshot& snapshot, std::string_view token) const {
  if (token.size() != kTokenLength || (token[0] != 'c' && token[0] != 'u')) return bad_link();
  ConsentLink link;
  link.kind = token[0] == 'c' ? ConsentLink::Kind::confirm : ConsentLink::Kind::unsubscribe;
  WorkspaceId workspace;
  RecipientId id;
  if (!parse_id(token.substr(1, kIdDigits), workspace) || !parse_id(token.substr(1 + kIdDigits, kIdDigits), id))
    return bad_link();
  auto recipient = TRY(parts_.recipients.find(snapshot, workspace, id));
  if (!recipient || !needs_consent(*recipient)) return bad_link();
  if (!equal_in_constant_time(token.substr(1 + 2 * kIdDigits), mac_of(parts_.keyring, link.kind, *recipient)))
    return bad_link();
  if (link.kind == ConsentLink::Kind::confirm && recipient->consent_asked_at + kLinkLifetime <= parts_.clock.believed())
    return bad_link();
  const auto found = TRY(parts_.workspaces.find(snapshot, workspace));
  if (!found) return bad_link();
  link.recipient = *std::move(recipient);
  link.workspace_name = found->name;
  return link;
}

Result<ConsentLink> RecipientConsents::decide(Transaction& tx, std::string_view token, Recipient::Consent consent,
                                              const std::string& address) const {
  ConsentLink link = TRY(look(tx, token));
  Recipient& recipient = link.recipient;
  if (recipient.consent == consent) return link;
  const bool yes = consent == Recipient::Consent::confirmed;
  recipient.consent = consent;
  recipient.consent_at = parts_.clock.believed();
  ++recipient.version;
  TRY(parts_.recipients.update(tx, recipient));
  Actor actor;
  actor.name = address_of(recipient);
  actor.workspace = recipient.workspace;
  actor.address = address;
  TRY(parts_.audit.append(tx, actor, yes ? "recipient.confirmed" : "recipient.unsubscribed", recipient.name,
                          recipient.shown));
  tx.after_commit([this, workspace = recipient.workspace, id = recipient.id] {
    parts_.events.publish({workspace, EventScope::everybody(), EventName::recipient_changed,
                           fmt::format(R"({{"workspace_id":{},"recipient_id":{}}})", json_string(workspace.text()),
                                       json_string(id.text()))});
  });
  return link;
}

// Only the link in a letter to the address confirms. The link in an alert does not.
Result<ConsentLink> RecipientConsents::confirm(Transaction& tx, std::string_view token,
                                               const std::string& address) const {
  if (token.empty() || token[0] != letter_of(ConsentLink::Kind::confirm)) return bad_link();
  return decide(tx, token, Recipient::Consent::confirmed, address);
}

Result<ConsentLink> RecipientConsents::refuse(Transaction& tx, std::string_view token,
                                              const std::string& address) const {
  return decide(tx, token, Recipient::Consent::unsubscribed, address);
}

}  // namespace connlog
