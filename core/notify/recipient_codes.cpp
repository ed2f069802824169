#include "core/notify/recipient_codes.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::string_view kPurpose = "recipient-code";  // of the derived key: never renamed
constexpr seconds kBetweenCodes{60};
constexpr seconds kBetweenLaterCodes{3'600};
constexpr std::int64_t kCodesInARow = 5;
constexpr std::ptrdiff_t kUnconfirmedMax = 20;  // of one workspace, as of mail addresses (consent.cpp)
constexpr std::uint64_t kCodes = 1'000'000;

Error wrong_code(std::int64_t left) {
  if (left <= 0) return invalid("code", "This is not the code, and it has ended now. Have a new one sent.");
  return invalid("code", fmt::format("This is not the code. {} more {}.", left, left == 1 ? "try" : "tries"));
}

bool is_code(std::string_view text) {
  return text.size() == 6 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string code_address(const ChannelKind& kind, const FieldValues& values) {
  std::string address;
  if (!kind.needs_code) return address;
  for (const Field& field : kind.fields) {
    if (field.address && !is_secret(field)) address += values.text(field.name) + '\n';
  }
  return address;
}

Result<void> begin_unconfirmed(Snapshot& snapshot, const RecipientStore& recipients, const ChannelKind& kind,
                               Recipient& recipient, Instant now) {
  if (!kind.needs_code) return {};
  const auto others = TRY(recipients.list(snapshot, recipient.workspace));
  const auto waiting = std::count_if(others.begin(), others.end(), [&](const Recipient& other) {
    return other.id != recipient.id && other.consent != Recipient::Consent::confirmed;
  });
  if (waiting >= kUnconfirmedMax) {
    return Error{ErrorCode::conflict,
                 fmt::format("{} recipients of this workspace are not confirmed. Confirm or remove some first.",
                             kUnconfirmedMax)};
  }
  recipient.consent = Recipient::Consent::unconfirmed;
  recipient.consent_at = now;
  return {};
}

TokenDigest RecipientCodes::digest_of(const Recipient& recipient, std::string_view code) const {
  const ChannelKind* kind = parts_.channels.find(recipient.channel);
  const std::string about =
      fmt::format("{}|{}|{}|{}", recipient.workspace.text(), recipient.id.text(), code,
                  kind == nullptr ? std::string() : code_address(*kind, recipient.fields));
  return digest_token(parts_.keyring.derive(kPurpose), about);
}

Result<Recipient> RecipientCodes::find_unconfirmed(Snapshot& snapshot, WorkspaceId workspace, RecipientId id) const {
  auto recipient = TRY(parts_.recipients.find(snapshot, workspace, id));
  if (!recipient) return Error{ErrorCode::not_found, "There is no such recipient."};
  const ChannelKind* kind = parts_.channels.find(recipient->channel);
  if (kind == nullptr || !kind->needs_code)
    return Error{ErrorCode::conflict, "A recipient of this kind is not confirmed by a code."};
  if (recipient->consent == Recipient::Consent::confirmed)
    return Error{ErrorCode::conflict, "This recipient is confirmed already."};
  return *std::move(recipient);
}

Result<std::string> RecipientCodes::make(Transaction& tx, const Actor& actor, RecipientId id) const {
  Recipient recipient = TRY(find_unconfirmed(tx, actor.workspace, id));
  const Instant now = parts_.clock.believed();
  const seconds between = recipient.consent_asks < kCodesInARow ? kBetweenCodes : kBetweenLaterCodes;
  const auto wait = (recipient.consent_asked_at + between) - now;
  if (recipient.consent_asked_at.is_set() && wait.count() > 0) {
    const int left = static_cast<int>(wait.count() / 1'000'000) + 1;
    return Error{ErrorCode::rate_limited,
                 fmt::format("A code is on its way. Try again in {}.", duration_text(left)),
                 {},
                 {},
                 left};
  }
  std::string code = fmt::format("{:06}", parts_.random.below(kCodes));
  TRY(parts_.codes.put(tx, {recipient.workspace, recipient.id, digest_of(recipient, code), now + kCodeLifetime, 0}));
  recipient.consent_asked_at = now;
  recipient.consent_asks += 1;
  TRY(parts_.recipients.update(tx, recipient));
  TRY(parts_.audit.append(tx, actor, "recipient.code_sent", recipient.name, recipient.shown));
  publish(tx, recipient);
  return code;
}

Result<RecipientCodes::Typed> RecipientCodes::confirm(Transaction& tx, const Actor& actor, RecipientId id,
                                                      std::string_view code) const {
  Recipient recipient = TRY(find_unconfirmed(tx, actor.workspace, id));
  auto kept = TRY(parts_.codes.find(tx, actor.workspace, id));
  const Instant now = parts_.clock.believed();
  if (!kept || kept->expires_at <= now || kept->tries >= kCodeTriesMax)
    return Typed{std::move(recipient), invalid("code", "No code is valid now. Have a new one sent.")};
  if (!is_code(code)) return Typed{std::move(recipient), invalid("code", "A code is six digits.")};
  const TokenDigest typed = digest_of(recipient, code);
  if (sodium_memcmp(typed.data(), kept->digest.data(), typed.size()) != 0) {
    kept->tries += 1;
    TRY(parts_.codes.put(tx, *kept));
    return Typed{std::move(recipient), wrong_code(kCodeTriesMax - kept->tries)};
  }
  TRY(parts_.codes.remove(tx, actor.workspace, id));
  recipient.consent = Recipient::Consent::confirmed;
  recipient.consent_at = now;
  recipient.consent_asks = 0;
  ++recipient.version;
  TRY(parts_.recipients.update(tx, recipient));
  TRY(parts_.audit.append(tx, actor, "recipient.code_confirmed", recipient.name, recipient.shown));
  publish(tx, recipient);
  return Typed{std::move(recipient), std::nullopt};
}

void RecipientCodes::publish(Transaction& tx, const Recipient& recipient) const {
  tx.after_commit([this, workspace = recipient.workspace, id = recipient.id] {
    parts_.events.publish({workspace, EventScope::everybody(), EventName::recipient_changed,
                           fmt::format(R"({{"workspace_id":{},"recipient_id":{}}})", json_string(workspace.text()),
                                       json_string(id.text()))});
  });
}

}  // namespace connlog
